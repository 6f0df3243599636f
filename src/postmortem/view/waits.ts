/** Where people were asked, who answered, and how long that took; and where the time went as a whole. */
import { durationInWords } from '../../incident/duration.ts'
import type { EventOf, Gate, IncidentEvent } from '../../incident/event.ts'
import { code, NONE, say, text, type Markdown } from './markdown.ts'
import { isType, type Material } from './material.ts'

export type WaitRow = {
  step: Markdown
  asked: Markdown
  question: Markdown
  answered_by: Markdown
  answer: Markdown
  waited: Markdown
  cites: Markdown
}

export type LongestRow = { what: Markdown; took: Markdown; cites: Markdown }

type Opened = IncidentEvent & EventOf<'gate.opened'>
type Answered = IncidentEvent & EventOf<'gate.answered'>
type Wait = { opened: Opened; answered: Answered | undefined }

const waitsIn = ({ events }: Material): Wait[] => {
  const open = new Map<string, Wait>()
  const all: Wait[] = []
  for (const event of events) {
    if (!event.type.startsWith('gate.')) continue
    const key = JSON.stringify([event.run, event.step])
    if (isType(event, 'gate.opened')) {
      // The same question asked again, as after a resume, is one wait from its first asking.
      const before = open.get(key)
      if (before?.opened.data.digest === event.data.digest) continue
      const wait: Wait = { opened: event, answered: undefined }
      open.set(key, wait)
      all.push(wait)
    } else if (isType(event, 'gate.answered')) {
      const wait = open.get(key)
      if (wait !== undefined) wait.answered = event
      open.delete(key)
    }
  }
  return all
}

const GATES = {
  manual: say`to do by hand`,
  ask: say`for values`,
  decide: say`for a decision`,
  approve: say`for approval`,
  confirm: say`to confirm`,
} as const satisfies Record<Gate, Markdown>

const waitedMs = ({ opened, answered }: Wait): number =>
  answered === undefined ? 0 : Date.parse(answered.at) - Date.parse(opened.at)

export const waitRows = (material: Material): WaitRow[] =>
  waitsIn(material).map((wait) => {
    const { opened, answered } = wait
    return {
      step: code(opened.step ?? '?'),
      asked: GATES[opened.data.gate],
      question: text(opened.data.question) || NONE,
      answered_by:
        answered === undefined ? NONE : text(answered.actor.name || answered.actor.email),
      answer: answered === undefined ? say`no answer yet` : answerOf(answered),
      waited: answered === undefined ? NONE : text(durationInWords(waitedMs(wait))),
      cites: material.citations.cite(opened, ...(answered === undefined ? [] : [answered])),
    }
  })

const answerOf = ({ data: { answer } }: Answered): Markdown => {
  const { approve, confirm, choose, done, skip, reason } = answer
  const why = reason === undefined || reason.trim() === '' ? say`` : say`: ${text(reason)}`
  if (approve !== undefined) return approve ? say`approved${why}` : say`**refused**${why}`
  if (confirm !== undefined) return confirm ? say`yes${why}` : say`**no**${why}`
  if (choose !== undefined) return say`${code(choose)}${why}`
  if (skip !== undefined) return say`skipped: ${text(skip)}`
  if (done !== undefined) return done ? say`done${why}` : say`**not done**${why}`
  return say`answered${why}`
}

const MAX_LONGEST = 5
const WORTH_TELLING_MS = 1000

/** Steps and waits by duration, the longest first; ties in the order in which they happened. */
export const longestRows = (material: Material): LongestRow[] => {
  const waits = waitsIn(material).map((wait) => ({
    what: say`waiting ${GATES[wait.opened.data.gate]} in step ${code(wait.opened.step ?? '?')}`,
    ms: waitedMs(wait),
    events: [wait.opened, ...(wait.answered === undefined ? [] : [wait.answered])],
  }))
  const gates = new Set(waits.flatMap(({ events }) => events.map(({ step }) => step)))
  const steps = material.events.flatMap((event) => {
    const isUndo = isType(event, 'undo.finished')
    if (!isUndo && !isType(event, 'step.finished')) return []
    // What a gate's step took is what people took.
    if (!isUndo && gates.has(event.step)) return []
    const what = isUndo
      ? say`undo of step ${code(event.step ?? '?')}`
      : say`step ${code(event.step ?? '?')}`
    return [{ what, ms: event.data.duration_ms, events: [event] }]
  })
  return [...waits, ...steps]
    .filter(({ ms }) => ms >= WORTH_TELLING_MS)
    .sort((a, b) => b.ms - a.ms)
    .slice(0, MAX_LONGEST)
    .map(({ what, ms, events }) => ({
      what,
      took: text(durationInWords(ms)),
      cites: material.citations.cite(...events),
    }))
}
