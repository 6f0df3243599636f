/**
 * Every derived statement cites its events: `[^e12]` for the event with clock 12, and a footnote
 * that names it. Footnotes exist for cited events only, and in the order of the events.
 */
import type { IncidentEvent } from '../../incident/event.ts'
import { marksOf } from '../../incident/marks.ts'
import { join, say, NOTHING, text, code, type Markdown } from './markdown.ts'

/** The commit that brought an event into git; `undefined` when none did yet. */
export type CommitOf = (event: IncidentEvent) => string | undefined

export type Citations = {
  cite(...events: readonly IncidentEvent[]): Markdown
  /** People may cite, too: takes note of the marks in what they wrote. */
  citedByPeople(named: ReadonlySet<string>): void
  /** Of the events cited so far. */
  footnotes(): Markdown[]
}

/** `commitOf` is undefined where there is no repository: then no footnote speaks of commits. */
export const createCitations = (
  events: readonly IncidentEvent[],
  commitOf: CommitOf | undefined,
): Citations => {
  const names = marksOf(events)
  const marks = new Map([...names].map(([event, name]) => [event, say`[^${text(name)}]`]))
  const cited = new Set<IncidentEvent>()
  const cite = (...about: readonly IncidentEvent[]): Markdown => {
    const said = [...new Set(about)].map((event) => {
      const mark = marks.get(event)
      if (mark !== undefined) cited.add(event)
      return mark ?? NOTHING
    })
    return join(said, '')
  }
  const citedByPeople = (named: ReadonlySet<string>): void => {
    if (named.size === 0) return
    for (const [event, name] of names) if (named.has(name)) cited.add(event)
  }
  const footnotes = (): Markdown[] =>
    events
      .filter((event) => cited.has(event))
      .map((event) => say`${marks.get(event) ?? NOTHING}: ${footnote(event, commitOf)}`)
  return { cite, citedByPeople, footnotes }
}

const footnote = (event: IncidentEvent, commitOf: CommitOf | undefined): Markdown => {
  const step = event.step === undefined ? NOTHING : say`step ${code(event.step)}`
  const attempt = (event.attempt ?? 1) > 1 ? say`attempt ${event.attempt ?? 1}` : NOTHING
  const at = text(`${event.at.slice(0, 10)} ${event.at.slice(11, 23)} UTC`)
  const { actor } = event
  const who = say`${text(actor.name || actor.email)} on ${text(actor.host)}`
  const what = say`${code(event.type)} (event ${event.clock})`
  return say`${join([step, attempt, what, at, who, commitWords(event, commitOf)], ', ')}.`
}

const commitWords = (event: IncidentEvent, commitOf: CommitOf | undefined): Markdown => {
  if (commitOf === undefined) return NOTHING
  const commit = commitOf(event)
  return commit === undefined ? say`no commit yet` : say`commit ${code(commit.slice(0, 12))}`
}
