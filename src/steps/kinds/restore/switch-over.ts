/**
 * A restore that takes the place of the database at hand. All names follow from the run and the step,
 * so that a resume, the check and the rollback of the step find what was done, whenever it ended:
 *   nothing is named NAME_before_…   the switch was not made; a half restored database is made anew
 *   NAME_before_… is there           it was made, and is not made again
 */
import type { Database, DatabaseFailure } from '../../../ports/database.ts'
import type { Outcome, StepContext } from '../../kind.ts'
import { failed } from '../database/ended.ts'

/** The same for the step, its check and its rollback. */
export const tagOf = ({ run, step }: StepContext): string => `${run}_${step}`

type Switching = {
  tag: string
  /** Restores into a new database of this name, and proves it. */
  restore: (name: string) => Promise<Outcome | DatabaseFailure>
}

export async function switchOver(
  database: Database,
  context: StepContext,
  { tag, restore }: Switching,
): Promise<Outcome> {
  const { signal } = context
  const ready = await database.switchNames({ how: 'check', tag, signal })
  if (!ready.ok) return failed(ready, signal)
  if (ready.switched)
    return switched(ready, [`${ready.name} had been switched by this step before`])
  const restored = await restore(ready.beside)
  if ('ok' in restored) return failed(restored, signal)
  context.say(`switching ${ready.name} to ${ready.beside}`)
  const done = await database.switchNames({ how: 'to', tag, signal })
  if (!done.ok) return failed(done, signal)
  const { data, evidence, notes = [] } = restored
  const told = switched(done, [
    `${done.name} is the restored database now; the former one is ${done.before}: drop it when nobody needs it any more`,
    ...notes.slice(1),
  ])
  return { ...told, data: { ...data, ...told.data }, evidence }
}

type Names = Extract<Awaited<ReturnType<Database['switchNames']>>, { ok: true }>

const switched = ({ name, before }: Names, notes: string[]): Outcome => ({
  ended: 'completed',
  data: { database: name, switched: true, before },
  evidence: [],
  notes,
})

/** In a rollback, and in a check. */
export async function switchBack(
  database: Database,
  context: StepContext,
  how: 'back' | 'look',
): Promise<Outcome> {
  const tag = tagOf(context)
  const { signal } = context
  const was = await database.switchNames({ how: 'look', tag, signal })
  if (!was.ok) return failed(was, signal)
  if (how === 'look') return told(was, [])
  const done = await database.switchNames({ how: 'back', tag, signal })
  if (!done.ok) return failed(done, signal)
  return told(done, [
    was.switched
      ? `${done.name} is the former database again; what was restored is kept as ${done.beside}`
      : `${done.name} was not switched: there was nothing to take back`,
  ])
}

const told = ({ name, before, switched: isSwitched }: Names, notes: string[]): Outcome => ({
  ended: 'completed',
  data: { database: name, switched: isSwitched, before: isSwitched ? before : '' },
  evidence: [],
  notes,
})
