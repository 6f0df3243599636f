/** Who took part, how grave it was and when that changed, and what was told to others. */
import { durationInWords, momentInWords, timeOfDay } from '../../incident/duration.ts'
import type { EventType, IncidentEvent } from '../../incident/event.ts'
import { momentsOf } from '../../incident/moments.ts'
import { code, NONE, say, text, type Markdown } from './markdown.ts'
import { isType, type Material } from './material.ts'

export type SeverityRow = {
  severity: Markdown
  from: Markdown
  /** Until it changed or the incident was over. */
  lasted: Markdown
  why: Markdown
  cites: Markdown
}

export const severityRows = ({ events, citations }: Material): SeverityRow[] => {
  const set = events.flatMap((event) => {
    const known = isType(event, 'incident.declared') || isType(event, 'incident.updated')
    const severity = known ? event.data.severity : undefined
    return severity === undefined ? [] : [{ event, severity }]
  })
  const changes = set.filter(({ severity }, index) => severity !== set[index - 1]?.severity)
  const end = momentsOf(events).resolved.at(-1)?.at
  const over = end === undefined ? Infinity : Date.parse(end)
  return changes.map(({ event, severity }, index) => {
    const next = changes[index + 1]?.event
    const until = Math.min(over, next === undefined ? Infinity : Date.parse(next.at))
    const ms = until - Date.parse(event.at)
    const why = isType(event, 'incident.updated') ? event.data.reason : undefined
    return {
      severity: text(severity),
      from: text(momentInWords(event.at)),
      lasted:
        ms === Infinity
          ? say`not over yet`
          : ms < 0
            ? say`set after the end`
            : text(durationInWords(ms)),
      why: text(why ?? '') || NONE,
      cites: citations.cite(event),
    }
  })
}

export type ResponderRow = {
  who: Markdown
  first: Markdown
  last: Markdown
  did: Markdown
  cites: Markdown
}

/** People are told apart by e-mail address; each with the first and last thing they did. */
export const responderRows = ({ events, citations }: Material): ResponderRow[] =>
  [...Map.groupBy(events, ({ actor }) => actor.email).values()].flatMap((all) => {
    const [first] = all
    const last = all.at(-1)
    if (first === undefined || last === undefined) return []
    const sameDay = first.at.slice(0, 10) === last.at.slice(0, 10)
    return [
      {
        who: text(first.actor.name || first.actor.email),
        first: text(momentInWords(first.at)),
        last: text(sameDay ? timeOfDay(last.at) : momentInWords(last.at)),
        did: did(all),
        cites: citations.cite(first, last),
      },
    ]
  })

/** Of everything, what a colleague would say: declared it, ran 2 runbooks, wrote 3 notes. */
const DID: readonly [EventType, one: string, several: (n: number) => string][] = [
  ['incident.declared', 'declared it', () => 'declared it'],
  ['run.started', 'ran a runbook', (n) => `ran ${n} runbooks`],
  ['gate.answered', 'answered a question', (n) => `answered ${n} questions`],
  ['command.recorded', 'ran a command of their own', (n) => `ran ${n} commands of their own`],
  ['note.added', 'wrote a note', (n) => `wrote ${n} notes`],
  ['incident.resolved', 'resolved it', () => 'resolved it'],
]

const did = (all: readonly IncidentEvent[]): Markdown => {
  const parts = DID.flatMap(([type, one, several]) => {
    const n = all.filter((event) => event.type === type).length
    return n === 0 ? [] : [n === 1 ? one : several(n)]
  })
  return parts.length === 0 ? NONE : text(parts.join(', '))
}

export type MessageRow = {
  at: Markdown
  step: Markdown
  told: Markdown
  outcome: Markdown
  cites: Markdown
}

const OUTCOMES = {
  succeeded: say`sent`,
  failed: say`**failed**`,
  unknown: say`**unknown**`,
} as const

/** What `notify` steps told others. */
export const messageRows = ({ events, citations }: Material): MessageRow[] => {
  const previews = new Map<string, string>()
  return events.flatMap((event) => {
    if (event.step === undefined) return []
    const key = JSON.stringify([event.run, event.step])
    if (isType(event, 'step.started') && event.data.kind === 'notify')
      previews.set(key, event.data.preview)
    const told = previews.get(key)
    if (told === undefined || !isType(event, 'step.finished')) return []
    return [
      {
        at: text(momentInWords(event.at)),
        step: code(event.step ?? '?'),
        told: text(told),
        outcome: OUTCOMES[event.data.status],
        cites: citations.cite(event),
      },
    ]
  })
}
