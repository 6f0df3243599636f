/** What programs, variables and services of this machine answer. */
import { fingerprintOf } from '../../fingerprint.ts'
import type { StepContext } from '../../kind.ts'
import type { Collector } from './collector.ts'

const OUTPUT_BYTES = 64 * 1024
const BODY_BYTES = 4 * 1024
const FIRST_LINE_CHARS = 200

/** Variables that are likely to hold a secret which nobody declared. */
const DELICATE = /SECRET|TOKEN|PASS|KEY|CREDENTIAL|AUTH|URL|DSN|URI|CONN/i

export const collectEnv =
  (name: string): Collector =>
  (context) => {
    const value = context.env[name]
    if (value === undefined) return Promise.resolve({ set: false })
    const shown = DELICATE.test(name) ? { keyed_digest: fingerprintOf(context, value) } : { value }
    return Promise.resolve({ set: true, ...shown })
  }

export const collectVersion =
  (program: string): Collector =>
  async (context, signal) => {
    const { text } = await ask([program, '--version'], context, signal)
    const first = text.split('\n').find((line) => line.trim() !== '') ?? ''
    return { version: first.trim().slice(0, FIRST_LINE_CHARS) }
  }

export const collectRun =
  (argv: readonly string[]): Collector =>
  async (context, signal) => {
    const { exitCode, text } = await ask(argv, context, signal)
    return { exit_code: exitCode, output: text }
  }

async function ask(
  argv: readonly string[],
  { ports, cwd, env }: StepContext,
  signal: AbortSignal,
): Promise<{ exitCode: number; text: string }> {
  const asked = { argv: argv as [string, ...string[]], cwd, env, signal }
  const exit = await ports.process.capture(asked, OUTPUT_BYTES)
  if (exit.notStarted !== undefined) throw new Error(exit.notStarted)
  if (exit.exitCode === undefined) throw new Error(`${argv[0]} was ended by ${exit.signal}`)
  return { exitCode: exit.exitCode, text: exit.stdout + exit.stderr }
}

export const collectHttp =
  (url: string): Collector =>
  async ({ ports }, signal) => {
    const asked = { method: 'GET', url, headers: {}, redirects: 0, maxBytes: BODY_BYTES, signal }
    const answer = await ports.http.send(asked)
    if (!answer.ok) throw new Error(answer.failure.message)
    const { status, body, bodyBytes } = answer.response
    return { status, body: body.slice(0, BODY_BYTES), bytes: bodyBytes }
  }
