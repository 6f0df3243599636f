/** A command without a shell, or a script for one. */
import { z } from 'zod'
import { script, text, type Rendered } from '../../runbook/fields.ts'
import type { ActionKind, Outcome, PlanLook, StepContext } from '../kind.ts'
import { runCommand } from '../run-command.ts'
import { shellQuoted } from '../../incident/shell-quoted.ts'

const MAX_SCRIPT_CHARS = 262_144
const MAX_ARGUMENTS = 1_000

const argument = z.union([text(), z.number().transform(String)])

const params = z.union([
  script().min(1).max(MAX_SCRIPT_CHARS).describe('a script for bash -euo pipefail, or `shell`'),
  z.array(argument).min(1).max(MAX_ARGUMENTS).describe('program and arguments, without a shell'),
])

type Params = Rendered<z.output<typeof params>>

const RUN_OUTCOME = {
  exit_code: 'int',
  signal: 'string',
  stdout: 'string',
  stderr: 'string',
  duration_ms: 'int',
  truncated: 'bool',
} as const

export const run: ActionKind<typeof params> = {
  type: 'action',
  kind: 'run',
  summary: 'runs a command or a script on this machine',
  params,
  example: `run: [systemctl, restart, login]
expect: exit_code == 0
timeout: 1m`,
  effect: 'change',
  outcome: RUN_OUTCOME,
  expect: 'exit_code == 0',
  defaultOutputs: {},
  timeoutMs: 120_000,
  plan: (asked, look) => (typeof asked === 'string' ? scriptPlan(asked, look) : shellQuoted(asked)),
  run: carryOut,
  signsOf: (asked, { ended, data }) => ({
    ...(ended === 'completed' ? { text: lastWords(data) } : {}),
    context: { endpoint: typeof asked === 'string' ? 'a script' : (asked[0] ?? '') },
  }),
}

/** What a program says last is mostly why it failed. */
function lastWords({ exit_code: code, stderr }: Outcome['data']): string {
  const lines = typeof stderr === 'string' ? stderr.trimEnd().split('\n') : []
  return `exit ${JSON.stringify(code)} ${lines.at(-1) ?? ''}`.trimEnd()
}

const scriptPlan = (source: string, { shell = 'bash' }: PlanLook): string =>
  [`${SHELLS[shell].argv.join(' ')} with this script:`, ...source.trimEnd().split('\n')].join(
    '\n    ',
  )

/** A script ends at its first failing command; Python does so by itself. */
const SHELLS = {
  bash: { argv: ['bash', '-euo', 'pipefail'], file: 'script.sh' },
  sh: { argv: ['sh', '-eu'], file: 'script.sh' },
  // Unbuffered: its output is looked at while it runs.
  python3: { argv: ['python3', '-u'], file: 'script.py' },
} as const

async function carryOut(asked: Params, context: StepContext): Promise<Outcome> {
  if (typeof asked !== 'string') return runCommand(asked as [string, ...string[]], context)
  const { argv, file } = SHELLS[context.shell ?? 'bash']
  // In a file: arguments are visible to the whole machine and bounded, and stdin is the step's own.
  const source = await context.ports.files.privateFile(file, asked)
  try {
    return await runCommand([argv[0], ...argv.slice(1), source.path], context)
  } finally {
    await source.remove()
  }
}
