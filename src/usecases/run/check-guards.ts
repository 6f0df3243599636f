/** The wrong-terminal guard: must hold before step 1 and on resume. Nothing of it is recorded. */
import { draftJournal } from '../../engine/draft-journal.ts'
import type { LiveRun } from '../../engine/live-run.ts'
import type { Targets } from '../../engine/rehearsal-targets.ts'
import { renderBody, type Surroundings } from '../../engine/render/render-body.ts'
import { probeBody } from '../../engine/attempt/run-body.ts'
import { HotwashError } from '../../errors.ts'
import type { Operator, Update } from '../../ports/operator.ts'
import { scopeBeforeRun } from '../../runbook/expressions/scope.ts'
import type { Value } from '../../incident/value.ts'
import type { Body, Runbook } from '../../runbook/runbook.ts'
import { discardEvidence } from '../../steps/discard-evidence.ts'
import { allTexts, type OneText } from './all-texts.ts'
import { openLive } from './open-live.ts'
import { noSecrets } from './resolve-secrets.ts'
import type { World } from '../world.ts'

type Guarded = {
  runbook: Runbook
  inputs: Readonly<Record<string, Value>>
  /** Of a rehearsal. */
  targets?: Targets | undefined
}

/** Also of included runbooks, whose inputs are known by then. Throws GUARD for the first one that does not hold. */
export async function checkGuards(world: World, guarded: Guarded): Promise<void> {
  const { runbook, inputs, targets } = guarded
  const texts = allTexts(runbook, inputs)
  if (texts.every((text) => text.runbook.guard.length === 0)) return
  const journal = draftJournal({ ...world, clock: world.ports.clock })
  const secrets = noSecrets(runbook)
  const live = openLive(asGuard(world), { journal, runbook, run: 'guard', secrets, targets })
  try {
    for (const text of texts) await checkText(live, text)
  } finally {
    live.interrupts.close()
    journal.close()
  }
}

async function checkText(live: LiveRun, { runbook, inputs }: OneText): Promise<void> {
  const around = { scope: scopeBeforeRun(inputs), runbook }
  for (const body of runbook.guard) {
    const probed = await probeBody(live, body, {
      step: 'guard',
      attempt: 1,
      tty: false,
      signal: live.interrupts.signal,
      around,
      started: () => {},
    })
    discardEvidence(probed.outcome)
    if (probed.is === 'met') continue
    throw doesNotHold(live, body, { around, reason: probed.reason })
  }
}

/** No step has begun yet: what a guard prints would be taken for the output of one. */
function asGuard(world: World): World {
  const { operator } = world
  const named = (update: Update): Update => {
    if (update.type !== 'output') return update
    const sign = update.stream === 'stderr' ? '!' : '|'
    return { type: 'say', level: 'info', text: `guard ${sign} ${update.line}` }
  }
  const shown: Operator = {
    interactive: operator.interactive,
    ask: (question, signal) => operator.ask(question, signal),
    show: (update) => operator.show(named(update)),
    lend: (use) => operator.lend(use),
  }
  return { ...world, operator: shown }
}

function doesNotHold(
  live: LiveRun,
  body: Body,
  { around, reason }: { around: Surroundings; reason: string },
): HotwashError {
  const { file, line, column } = body.place
  const rendering = renderBody(live, body, around)
  const command = rendering.ok ? rendering.ready.preview.trimEnd().split('\n') : []
  const message = [
    `${file}:${line}:${column}: the guard does not hold, and nothing was run`,
    ...command.map((text) => `  > ${text}`),
    `  ${reason}`,
  ].join('\n')
  return new HotwashError('GUARD', message, {
    hint: 'is this the right terminal, context and environment?',
  })
}
