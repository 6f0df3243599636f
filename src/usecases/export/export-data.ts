/** An incident as one JSON document, for other tools: what `show --json` tells, and what people wrote. */
import { marksCitedBy } from '../../postmortem/footnotes.ts'
import { marksOf } from '../../incident/marks.ts'
import type { IncidentEvent } from '../../incident/event.ts'
import type { Journal } from '../../ports/journal.ts'
import { actionsOf } from '../../postmortem/actions/action-state.ts'
import type { FrontMatter } from '../../postmortem/front-matter/schema.ts'
import { deviations } from '../../postmortem/view/deviations.ts'
import { text } from '../../postmortem/view/markdown.ts'
import type { CurrentReport } from '../report/current-report.ts'
import type { ExportedData } from './export-schema.ts'
import type { RecordWorld } from '../record-world.ts'
import {
  findingsJson,
  incidentJson,
  metricsJson,
  momentsJson,
  runsJson,
  showIncident,
} from '../incident/show-incident.ts'

/** The shape is `ExportedData`; its schema is held against real records by the tests. */
export const exportData = (
  world: RecordWorld,
  journal: Journal,
  report: CurrentReport | undefined,
): object => {
  const shown = showIncident(world, journal.incident)
  const events = journal.events()
  const marks = marksOf(events)
  return {
    version: 1,
    tool: world.tool,
    incident: incidentJson(shown.state),
    moments: momentsJson(shown),
    metrics: metricsJson(shown),
    timeline: shown.rows,
    runs: runsJson(shown),
    findings: findingsJson(shown),
    deviations: deviationsOf(events, marks),
    actions: actionsOf(report?.head, events),
    people: report?.head === undefined ? null : peopleOf(report.head),
    citations: citationsOf({ events, marks, text: report?.text ?? '' }),
  } satisfies Record<keyof ExportedData, unknown>
}

type Marks = ReadonlyMap<IncidentEvent, string>

const deviationsOf = (events: readonly IncidentEvent[], marks: Marks): object[] => {
  const cite = (event: IncidentEvent) => text(marks.get(event) ?? '')
  return deviations({ events, citations: { cite } }).map(({ what, says, cites }) => ({
    mark: cites,
    what: what.replaceAll('**', ''),
    says,
  }))
}

const PEOPLE = [
  'detection_source',
  'services',
  'environment',
  'roles',
  'impact',
  'trigger',
  'contributing_factors',
  'hypotheses',
  'went_well',
  'went_wrong',
  'lucky',
  'surprising',
] as const satisfies readonly (keyof FrontMatter)[]

const peopleOf = (head: FrontMatter): object =>
  Object.fromEntries(PEOPLE.map((field) => [field, head[field] ?? null]))

type Cited = { events: readonly IncidentEvent[]; marks: Marks; text: string }

const citationsOf = ({ events, marks, text }: Cited): object[] => {
  const cited = marksCitedBy(text)
  return events.map((event) => {
    const { clock, at, type, run, step, attempt, actor } = event
    const mark = marks.get(event) ?? `e${clock}`
    const by = actor.name || actor.email
    return { mark, clock, at, type, run, step, attempt, actor: by, cited: cited.has(mark) }
  })
}
