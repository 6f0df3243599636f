/** The table on page one, and the metrics: what the log knows of the incident as a whole. */
import { momentInWords } from '../../incident/duration.ts'
import type { IncidentEvent } from '../../incident/event.ts'
import { metrics } from '../../incident/metrics.ts'
import { MOMENTS, momentsOf, type MomentName } from '../../incident/moments.ts'
import type { FrontMatter } from '../front-matter/schema.ts'
import { momentFact } from './known-times.ts'
import { code, join, say, text, type Markdown } from './markdown.ts'
import { ofType, type Material } from './material.ts'

export type Fact = { name: Markdown; value: Markdown }

const ROWS = [
  ['impact_start', say`Impact start`],
  ['detected', say`Detected`],
  ['declared', say`Declared`],
  ['acknowledged', say`Acknowledged`],
  ['mitigated', say`Mitigated`],
  ['resolved', say`Resolved`],
] as const satisfies readonly (readonly [MomentName, Markdown])[]

/** Why people say that nobody can know a time. */
export type UnknownTimes = FrontMatter['unknown_times']

export const summaryFacts = (material: Material, unknown?: UnknownTimes): Fact[] => {
  const { state } = material
  return [
    {
      name: say`Incident`,
      value: code(state.id),
    },
    {
      name: say`Severity`,
      value: severity(material),
    },
    {
      name: say`Status`,
      value: text(state.status),
    },
    ...momentFacts(material, unknown ?? {}),
    ...environments(material),
    {
      name: say`Responders`,
      value: join(responders(material.events).map(text), ', '),
    },
  ]
}

const severity = ({ state, events, citations }: Material): Markdown => {
  const changes = events.filter(
    (event) =>
      event.type === 'incident.declared' ||
      (event.type === 'incident.updated' && event.data.severity !== undefined),
  )
  return say`${text(state.severity)} ${citations.cite(...changes)}`
}

const momentFacts = (
  { state, events, citations }: Material,
  unknown: Partial<Record<MomentName, string>>,
): Fact[] => {
  const moments = momentsOf(events)
  return ROWS.flatMap(([name, label]) => {
    const told = moments[name]
    const last = told.at(-1)
    if (last === undefined)
      // A drill is neither detected nor has an impact: nobody has to say when.
      return state.drill
        ? []
        : [
            {
              name: label,
              value: notKnown(unknown[name]),
            },
          ]
    const who = name === 'declared' ? say` by ${text(last.event.actor.name)}` : say``
    const earlier = told.slice(0, -1)
    const was =
      earlier.length === 0
        ? say``
        : say`, corrected from ${join(
            earlier.map((moment) => say`${momentFact(moment)} ${citations.cite(moment.event)}`),
            ', ',
          )}`
    const value = say`${momentFact(last)}${who} ${citations.cite(last.event)}${was}`
    return [{ name: label, value }]
  })
}

const notKnown = (why: string | undefined): Markdown =>
  why === undefined ? say`not known yet` : say`not known: ${text(why)}`

/** Runs name the environment by an input of that name; without one the report claims none. */
const environments = ({ events, citations }: Material): Fact[] => {
  const named = ofType(events, 'run.started').filter(
    (event) => typeof event.data.inputs['environment'] === 'string',
  )
  const byName = Map.groupBy(named, (event) => String(event.data.inputs['environment']))
  const values = [...byName].map(
    ([name, starts]) => say`${text(name)} ${citations.cite(...(starts as IncidentEvent[]))}`,
  )
  return values.length === 0
    ? []
    : [
        {
          name: say`Environment`,
          value: join(values, ', '),
        },
      ]
}

/** Says a row of an imported timeline that names nobody. */
export const THE_REPORT = 'the report'

/** Names in order of appearance; people are told apart by e-mail address. */
export const responders = (events: readonly IncidentEvent[]): string[] => {
  const imported = events.some(
    (event) => event.type === 'incident.declared' && event.data.imported !== undefined,
  )
  // Who imports a report was not there: only those count whom the report names.
  if (imported) return toldOf(events)
  const byEmail = new Map<string, string>()
  for (const { actor } of events) {
    if (!byEmail.has(actor.email)) byEmail.set(actor.email, actor.name || actor.email)
  }
  return [...byEmail.values()]
}

const toldOf = (events: readonly IncidentEvent[]): string[] => {
  const names = events.flatMap((event) =>
    event.type === 'note.added' ? (event.data.by ?? []) : [],
  )
  return [...new Set(names)].filter((name) => name !== THE_REPORT)
}

export type MetricRow = { name: Markdown; value: Markdown; formula: Markdown; inputs: Markdown }

export const metricRows = ({ events, citations }: Material): MetricRow[] =>
  metrics(events).map((metric) => ({
    name: text(metric.name),
    value: text(metric.says),
    formula: text(metric.formula),
    inputs:
      metric.inputs.length === 0
        ? say`—`
        : join(
            metric.inputs.map(
              ({ moment, at, precision, event }) =>
                say`${text(MOMENTS[moment])} ${text(momentInWords(at, precision))} ${citations.cite(event)}`,
            ),
            '; ',
          ),
  }))
