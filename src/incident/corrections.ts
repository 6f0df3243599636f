/** Notes that were corrected by later ones: which text holds, and what was said before. */
import type { EventOf, IncidentEvent } from './event.ts'
import { marksOf } from './marks.ts'

export type Note = IncidentEvent & EventOf<'note.added'>

export type Corrections = {
  /** By the note that was said first: its corrections, oldest first; the last one holds. */
  of: ReadonlyMap<IncidentEvent, readonly Note[]>
  /** All that correct another note: they have no line of their own. */
  all: ReadonlySet<IncidentEvent>
}

const isNote = (event: IncidentEvent): event is Note => event.type === 'note.added'

/** A mark that names no earlier note corrects nothing: such a note stands for itself. */
export const correctionsOf = (events: readonly IncidentEvent[]): Corrections => {
  const of = new Map<IncidentEvent, Note[]>()
  const all = new Set<IncidentEvent>()
  if (!events.some((event) => isNote(event) && event.data.corrects !== undefined))
    return { of, all }
  /** By its mark, the note at the beginning of its chain. */
  const first = new Map<string, Note>()
  for (const [event, mark] of marksOf(events)) {
    if (!isNote(event)) continue
    const corrected = first.get(event.data.corrects ?? '')
    first.set(mark, corrected ?? event)
    if (corrected === undefined) continue
    all.add(event)
    of.set(corrected, [...(of.get(corrected) ?? []), event])
  }
  return { of, all }
}
