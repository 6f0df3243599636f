import { HotwashError } from '../errors.ts'
import type { Published } from '../ports/journal.ts'
import { pickIncident } from './pick-incident.ts'
import { publishNow } from './publish-now.ts'
import { readTime } from './read-time.ts'
import type { RecordWorld } from './record-world.ts'

const MOST_CHARACTERS = 20_000

export type NoteRequest = {
  text: string
  incident: string | undefined
  at: string | undefined
  step: string | undefined
}

/** A line in the timeline, from any terminal, also while a run goes on. */
export async function addNote(
  world: RecordWorld,
  request: NoteRequest,
): Promise<{ incident: string; clock: number; at: string; record: Published }> {
  const text = request.text.trim()
  if (text === '') throw new HotwashError('USAGE', 'the note is empty')
  if (text.length > MOST_CHARACTERS) {
    throw new HotwashError(
      'USAGE',
      `the note has ${text.length} characters, more than ${MOST_CHARACTERS}`,
      {
        hint: 'keep the file where it is, and note its path and sha256',
      },
    )
  }
  const at = request.at === undefined ? undefined : readTime(request.at, '--at', world.clock.now())
  const journal = world.store.open(pickIncident(world.store, request.incident, { open: true }))
  if (request.step !== undefined) checkStep(request.step, journal.state().runs)
  const event = journal.append({
    type: 'note.added',
    data: {
      text,
      ...(at === undefined ? {} : { effective_at: at }),
      ...(request.step === undefined ? {} : { step: request.step }),
    },
  })
  const record = await publishNow(world, journal)
  return { incident: journal.incident, clock: event.clock, at: at ?? event.at, record }
}

function checkStep(step: string, runs: readonly { steps: ReadonlyMap<string, unknown> }[]): void {
  if (runs.some((run) => run.steps.has(step))) return
  const known = [...new Set(runs.flatMap((run) => [...run.steps.keys()]))]
  throw new HotwashError('USAGE', `--step ${step}: this incident has no such step`, {
    hint: known.length === 0 ? 'nothing was run in it yet' : `its steps: ${known.join(', ')}`,
  })
}
