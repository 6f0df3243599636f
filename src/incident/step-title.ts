/** What a person calls a step beside its id: its own name, its place in groups, its round of a `foreach`. */
import type { RunState } from './state.ts'
import { clip, visibleLine } from './visible.ts'

/** undefined: the id says as much (`mend.2` in a round, `save.copy` of an included runbook). */
export const ownName = ({ id, name }: { id: string; name: string }): string | undefined =>
  id.split('.').includes(name) ? undefined : name

type Steps = Pick<RunState, 'steps'>

/** The step, the group around it, and so on to the outermost one. */
function outwards({ steps }: Steps, id: string): string[] {
  const around = steps.get(id)?.within
  return around === undefined ? [id] : [id, ...outwards({ steps }, around)]
}

/** In how many groups it is. */
export const depthOf = (run: Steps, id: string): number => outwards(run, id).length - 1

const MAX_ITEM = 80

/** `round 2 of 3: web2`, outermost first; undefined: it is in no round. */
export function roundInWords(run: Steps, id: string): string | undefined {
  const rounds = outwards(run, id).flatMap((inner) => {
    const around = run.steps.get(inner)?.within
    const items = around === undefined ? undefined : run.steps.get(around)?.group?.items
    // The ids of a round end in its number.
    const number = Number(/\.(\d+)$/.exec(inner)?.[1])
    if (items === undefined || !(number <= items.length)) return []
    return [`round ${number} of ${items.length}: ${itemInWords(items[number - 1])}`]
  })
  return rounds.length === 0 ? undefined : rounds.toReversed().join(', ')
}

const itemInWords = (item: unknown): string =>
  clip(visibleLine(typeof item === 'string' ? item : JSON.stringify(item)), MAX_ITEM)
