/**
 * What outsiders are told: a view of its own, built field by field. Nothing of the record comes in by
 * being there; a new field of the log or of the head stays inside until it is named here. The times
 * and durations are the log's; words are those that people marked in the head under `public`, and by
 * default the title, the services and the impact. No names, no steps, no evidence, no citations.
 */
import type { IncidentEvent } from '../../incident/event.ts'
import type { IncidentState } from '../../incident/state.ts'
import { momentInWords, rangeInWords } from '../../incident/duration.ts'
import { metrics, type Metric, type MetricId } from '../../incident/metrics.ts'
import { momentsOf, type MomentName } from '../../incident/moments.ts'
import { actionsOf } from '../actions/action-state.ts'
import type { FrontMatter } from '../front-matter/schema.ts'
import { NOTHING, paragraphs, say, text, words, type Markdown } from '../view/markdown.ts'
import { inWords, quantityInWords } from '../view/people.ts'

/** Empty Markdown or an empty list stands for "not told". */
export type PublicView = {
  title: Markdown
  /** A rehearsal: nobody was hit. */
  drill: boolean
  severity: Markdown
  /** What is over is told in the past. */
  resolved: boolean
  services: Markdown[]
  /** Paragraphs. */
  summary: Markdown
  moments: { name: Markdown; at: Markdown }[]
  durations: { name: Markdown; value: Markdown }[]
  /** Paragraphs. */
  impact: Markdown
  numbers: { what: Markdown; number: Markdown }[]
  /** Paragraphs. */
  cause: Markdown
  factors: Markdown[]
  /** Paragraphs, each one remedy. */
  remedies: Markdown[]
  actions: { title: Markdown; done: boolean; due: Markdown }[]
}

/** When people noticed, acknowledged and declared is how we work; outsiders are told what they saw. */
const PUBLIC_MOMENTS = [
  ['impact_start', say`Began`],
  ['detected', say`Detected`],
  ['mitigated', say`Mitigated`],
  ['resolved', say`Resolved`],
] as const satisfies readonly (readonly [MomentName, Markdown])[]

/** The time to mitigate is how long the impact was: told once. */
const PUBLIC_DURATIONS: ReadonlySet<MetricId> = new Set([
  'impact_duration',
  'time_to_detect',
  'time_to_resolve',
])

export const publicView = (source: {
  events: readonly IncidentEvent[]
  state: IncidentState
  head: FrontMatter | undefined
}): PublicView => {
  const { events, state, head } = source
  const marked = head?.public ?? {}
  return {
    title: text(marked.title ?? state.title),
    drill: state.drill,
    severity: text(state.severity),
    resolved: state.resolvedAt !== undefined,
    services: (marked.services ?? head?.services ?? []).map(text),
    summary: prose(marked.summary),
    moments: publicMoments(events),
    durations: metrics(events).flatMap(({ id, name, ms, range }) =>
      PUBLIC_DURATIONS.has(id) && ms !== undefined
        ? [{ name: text(name), value: text(inMinutes(ms, range)) }]
        : [],
    ),
    ...publicImpact(head),
    cause: prose(marked.cause),
    factors: chosen(head?.contributing_factors, marked.factors).map(({ says }) =>
      words(uncited(says)),
    ),
    remedies: (marked.remedies ?? []).map(prose),
    actions: chosen(actionsOf(head, events), marked.actions)
      .filter(({ status }) => status !== 'declined')
      .map(({ title, status, due }) => ({
        title: words(uncited(title)),
        done: status === 'done',
        due: text(due ?? ''),
      })),
  }
}

const prose = (value: string | null | undefined): Markdown =>
  value === null || value === undefined ? NOTHING : paragraphs(uncited(value))

/** Outsiders have no log to look into. */
const uncited = (value: string): string => value.replace(/ ?\[\^e\d+[a-z]?\d*\]/g, '')

const MINUTE = 60_000

/** As the times beside them: to the minute, bounds rounded outward. */
const inMinutes = (ms: number, range: Metric['range']): string => {
  const nearest = Math.max(1, Math.round(ms / MINUTE)) * MINUTE
  const { fromMs, toMs } = range ?? { fromMs: nearest, toMs: nearest }
  return rangeInWords(
    Math.floor(fromMs / MINUTE) * MINUTE,
    Math.ceil(Math.max(1, toMs) / MINUTE) * MINUTE,
  )
}

const publicMoments = (events: readonly IncidentEvent[]): PublicView['moments'] => {
  const moments = momentsOf(events)
  return PUBLIC_MOMENTS.flatMap(([name, label]) => {
    const last = moments[name].at(-1)
    if (last === undefined) return []
    // To the minute: a second of our clocks means nothing to who was hit.
    const precision = last.precision === 'exact' ? 'minute' : last.precision
    return [{ name: label, at: text(momentInWords(last.at, precision)) }]
  })
}

const publicImpact = (head: FrontMatter | undefined): Pick<PublicView, 'impact' | 'numbers'> => {
  const { impact } = head ?? {}
  const marked = head?.public ?? {}
  const known = impact === null || impact === undefined || 'unknown' in impact ? undefined : impact
  const shown = marked.numbers ?? Object.keys(known?.numbers ?? {})
  return {
    impact: prose(marked.impact ?? known?.says),
    numbers: Object.entries(known?.numbers ?? {})
      // Why we cannot count is about our systems.
      .filter(([name, number]) => shown.includes(name) && !isUnknown(number))
      .map(([name, number]) => ({ what: text(inWords(name)), number: quantityInWords(number) })),
  }
}

const isUnknown = (number: unknown): boolean =>
  typeof number === 'object' && number !== null && 'unknown' in number

/** In the order in which they were marked; an id that is not there is a finding of its own. */
const chosen = <T extends { id: string }>(
  all: readonly T[] | null | undefined,
  ids: readonly string[] | null | undefined,
): T[] => (ids ?? []).flatMap((id) => (all ?? []).filter((one) => one.id === id))
