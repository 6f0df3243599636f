/** The wrong-terminal guard: must hold before step 1 and on resume. Nothing of it is recorded. */
import { draftJournal } from '../engine/draft-journal.ts'
import { probeBody } from '../engine/run-body.ts'
import { HotwashError } from '../errors.ts'
import type { Runbook, Value } from '../runbook/runbook.ts'
import { discardEvidence } from '../steps/discard-evidence.ts'
import { openLive } from './open-live.ts'
import { noSecrets } from './resolve-secrets.ts'
import type { World } from './world.ts'

/** Throws GUARD for the first one that does not hold. */
export async function checkGuards(
  world: World,
  runbook: Runbook,
  inputs: Readonly<Record<string, Value>>,
): Promise<void> {
  if (runbook.guard.length === 0) return
  const journal = draftJournal({ ...world, clock: world.ports.clock })
  const secrets = noSecrets(runbook)
  const live = openLive(world, { journal, runbook, run: 'guard', secrets })
  const scope = { inputs, secrets: {}, steps: {}, incident: { id: '' }, run: { id: '' } }
  try {
    for (const body of runbook.guard) {
      const probed = await probeBody(live, body, {
        step: 'guard',
        attempt: 1,
        tty: false,
        signal: live.interrupts.signal,
        around: { scope, runbook },
        started: () => {},
      })
      discardEvidence(probed.outcome)
      if (probed.is === 'met') continue
      const { file, line, column } = body.place
      const where = `${file}:${line}:${column}`
      throw new HotwashError('GUARD', `${where}: the guard does not hold: ${probed.reason}`, {
        hint: 'is this the right terminal, context and environment? nothing was run',
      })
    }
  } finally {
    live.interrupts.close()
    journal.close()
  }
}
