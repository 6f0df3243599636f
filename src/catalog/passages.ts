/** The texts of an incident, each with its place: what `search` looks through. */
import type { IncidentEvent } from '../incident/event.ts'
import { marksOf } from '../incident/marks.ts'
import type { IncidentState } from '../incident/state.ts'
import { ownName } from '../incident/step-title.ts'
import { timelineWithEvents } from '../incident/timeline.ts'

export const PLACES = ['title', 'timeline', 'report', 'runbook'] as const
export type PlaceName = (typeof PLACES)[number]

export type Passage = {
  in: PlaceName
  /** The mark of the event (`e12`), or the line of the report where the text begins. */
  at: string | number
  text: string
}

type Texts = {
  events: readonly IncidentEvent[]
  state: IncidentState
  report: string | undefined
}

export function passagesOf({ events, state, report }: Texts): Passage[] {
  const marks = marksOf(events)
  const markOf: MarkOf = (event) => marks.get(event) ?? `e${event.clock}`
  return [
    ...titles(events, markOf),
    ...ofTimeline(events, markOf),
    ...ofRunbooks(events, state, markOf),
    ...(report === undefined ? [] : paragraphs(report)),
  ]
}

type MarkOf = (event: IncidentEvent) => string

/** The title as declared, and as it was changed to. */
const titles = (events: readonly IncidentEvent[], markOf: MarkOf): Passage[] =>
  events.flatMap((event): Passage[] =>
    (event.type === 'incident.declared' || event.type === 'incident.updated') &&
    event.data.title !== undefined
      ? [{ in: 'title', at: markOf(event), text: event.data.title }]
      : [],
  )

/** The end of a step says what its start said. */
const ofTimeline = (events: readonly IncidentEvent[], markOf: MarkOf): Passage[] =>
  timelineWithEvents(events).flatMap(({ row, event }): Passage[] =>
    event.type === 'step.started' || event.type === 'incident.declared'
      ? []
      : [{ in: 'timeline', at: markOf(event), text: row.text }],
  )

const ofRunbooks = (
  events: readonly IncidentEvent[],
  { runs }: IncidentState,
  markOf: MarkOf,
): Passage[] =>
  runs.flatMap((run): Passage[] => {
    const started = events.find(({ type, run: id }) => type === 'run.started' && id === run.id)
    const at = started === undefined ? '' : markOf(started)
    const steps = [...run.steps.values()].map((step) =>
      [step.id, ownName(step)].filter((part) => part !== undefined).join(': '),
    )
    const { name, path } = run.runbook
    return [`${name} (${path})`, ...steps].map((text) => ({ in: 'runbook', at, text }))
  })

const MOST_CHARACTERS = 4_000

/** What a template asks for, in the head or in place: it would be found in every report. */
const ASKED = /^(?:[a-z_]+: null(?:\s+#.*)?$|# From (?:the log|people)\b|> \*\*To write:\*\*)/

/** Lines that follow each other, with the first one's number. Comments, questions and footnotes are nobody's prose. */
export function paragraphs(report: string): Passage[] {
  const found: Passage[] = []
  let open: { at: number; lines: string[]; length: number } | undefined
  const end = (): void => {
    const text = open?.lines.join('\n') ?? ''
    if (open !== undefined && text.trim() !== '') found.push({ in: 'report', at: open.at, text })
    open = undefined
  }
  for (const [index, line] of withoutComments(report).split(/\r?\n/).entries()) {
    const isApart = line.trim() === '' || /^(?:#{1,6}\s|---\s*$|\[\^e\d)/.test(line)
    if (isApart || (open?.length ?? 0) > MOST_CHARACTERS) end()
    if (line.trim() === '' || /^(?:---\s*$|\[\^e\d+[a-z]?\d*\]:)/.test(line)) continue
    if (ASKED.test(line)) continue
    open ??= { at: index + 1, lines: [], length: 0 }
    open.lines.push(line)
    open.length += line.length
    if (/^#{1,6}\s/.test(line)) end()
  }
  end()
  return found
}

/** With blanks instead, so that lines keep their numbers. By hand: the time is linear on any text. */
function withoutComments(text: string): string {
  const parts: string[] = []
  let at = 0
  for (;;) {
    const start = text.indexOf('<!--', at)
    const end = start === -1 ? -1 : text.indexOf('-->', start)
    if (end === -1) return parts.join('') + text.slice(at)
    parts.push(text.slice(at, start), text.slice(start, end + 3).replace(/[^\n]/g, ' '))
    at = end + 3
  }
}
