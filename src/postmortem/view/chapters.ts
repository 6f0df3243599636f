/** The timeline as a story: the same rows, under what was going on when they happened. */
import type { IncidentEvent } from '../../incident/event.ts'
import { say, type Markdown } from './markdown.ts'
import type { TimelineRow, ToldRow } from './story.ts'

export type Chapter = { title: Markdown; rows: TimelineRow[] }

type Phase = 'before' | 'finding_out' | 'changing' | 'taking_back' | 'afterwards'

const TITLES = {
  before: say`Before it was declared`,
  finding_out: say`Finding out`,
  changing: say`Changing things`,
  taking_back: say`Taking it back`,
  afterwards: say`Afterwards`,
} as const satisfies Record<Phase, Markdown>

/** `isFix`: this event is of a step that was to mend what is broken. */
export const chapters = (
  told: readonly ToldRow[],
  isFix: (event: IncidentEvent) => boolean,
): Chapter[] => {
  const all: Chapter[] = []
  const seen = new Set<Phase>()
  let phase: Phase | undefined
  let isOver = false
  for (const { row, event } of told) {
    const next = phaseOf(event, isOver ? 'afterwards' : phase, isFix)
    // What comes after a run is no part of it.
    isOver = event.type === 'run.finished'
    if (next !== phase) {
      const title = TITLES[next]
      all.push({ title: seen.has(next) ? say`${title}, again` : title, rows: [] })
    }
    phase = next
    seen.add(phase)
    all.at(-1)?.rows.push(row)
  }
  return all
}

const phaseOf = (
  event: IncidentEvent,
  now: Phase | undefined,
  isFix: (event: IncidentEvent) => boolean,
): Phase => {
  const { type } = event
  if (type === 'incident.declared') return 'finding_out'
  if (type === 'incident.resolved') return 'afterwards'
  if (type === 'incident.updated' && event.data.status === 'mitigated') return 'afterwards'
  if (type === 'run.started') return 'finding_out'
  if (type === 'rollback.requested' || type.startsWith('undo.')) return 'taking_back'
  if (now === 'finding_out' && isFix(event)) return 'changing'
  return now ?? 'before'
}
