/** What the log says, against what the report says that it says. */
import type { IncidentEvent } from '../../../incident/event.ts'
import { marksOf } from '../../../incident/marks.ts'
import { metrics } from '../../../incident/metrics.ts'
import { momentsOf } from '../../../incident/moments.ts'
import { visibleLine } from '../../../incident/visible.ts'
import { durationsIn } from '../../../markdown/durations.ts'
import { MOMENT_FIELDS } from '../../front-matter/moment-fields.ts'
import { readCitedRows } from '../cited-rows.ts'
import { headed } from '../examples.ts'
import type { Found } from '../finding.ts'
import { labelOf } from '../moments.ts'
import type { LintDocument } from '../lint-document.ts'
import type { Scope } from '../scopes.ts'
import type { LintRecord, LintRule } from '../rule.ts'
import { storiesOf } from '../story.ts'
import { citationsIn, type Footnote } from './citations.ts'

/** By mark: `e12`. */
const eventsByMark = ({ events }: LintRecord): Map<string, IncidentEvent> =>
  new Map([...marksOf(events)].map(([event, mark]) => [mark, event]))

export const citationUnknown: LintRule = {
  id: 'citation-unknown-event',
  ofHotwash: true,
  severity: 'error',
  reason: 'The footnote names an event that the log does not have: the statement has no evidence.',
  suggestion: 'cite an event of hotwash audit log, or delete the citation',
  needs: 'record',
  good: 'It was declared.[^e1]\n\n[^e1]: `incident.declared` (event 1), 2026-11-21 10:00:00.000 UTC, Maria Example on laptop.',
  bad: 'It was declared.[^e7777]\n\n[^e7777]: `incident.declared` (event 7777), 2026-11-21 10:00:00.000 UTC, Maria Example on laptop.',
  check: (document, { record }) => {
    if (record === undefined) return []
    const known = eventsByMark(record)
    const last = record.events.at(-1)?.clock ?? 0
    return citationsIn(document)
      .footnotes.filter(({ id }) => !known.has(id))
      .map(({ id, line, column }) => ({
        line,
        column,
        message: `the log has no event ${id.slice(1)}; its last one is ${last}`,
      }))
  },
}

export const citationDisagrees: LintRule = {
  id: 'citation-disagrees',
  ofHotwash: true,
  severity: 'error',
  reason: 'The footnote says another step, kind, time or person than the event it stands for.',
  suggestion: 'render again (hotwash postmortem render), or cite the event that is meant',
  needs: 'record',
  good: 'It was declared.[^e1]\n\n[^e1]: `incident.declared` (event 1), 2026-11-21 10:00:00.000 UTC, Maria Example on laptop.',
  bad: 'It was declared.[^e1]\n\n[^e1]: `incident.declared` (event 1), 2026-11-21 10:25:00.000 UTC, Maria Example on laptop.',
  check: (document, { record }) => {
    if (record === undefined) return []
    const known = eventsByMark(record)
    return citationsIn(document).footnotes.flatMap((footnote) => {
      const event = known.get(footnote.id)
      return event === undefined ? [] : disagreement(footnote, event)
    })
  },
}

/** Only what has the form of a footnote of hotwash is compared: people may word their own. */
const disagreement = (footnote: Footnote, event: IncidentEvent): Found[] => {
  const { text, line, column } = footnote
  const type = /`([a-z_]+\.[a-z_]+)` \(event /.exec(text)?.[1]
  if (type === undefined) return []
  const step = /^step (`+)(.*?)\1/.exec(text)?.[2]?.trim()
  const at = /\b(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) UTC/.exec(text)
  const stated = at === null ? undefined : `${at[1]}T${at[2]}Z`
  const says = (what: string, wrong: string, right: string): Found => ({
    line,
    column,
    message: `${footnote.id} is ${what} ${right}, not ${wrong}`,
  })
  const { actor } = event
  const who = text.slice((at?.index ?? 0) + (at?.[0].length ?? 0))
  const name = actor.name || actor.email
  if (type !== event.type) return [says('of type', type, event.type)]
  if (step !== undefined && step !== event.step)
    return [says('about step', step, event.step ?? 'none')]
  if (stated !== undefined && stated !== event.at) return [says('of', stated, event.at)]
  if (at !== null && !lettersOf(who).includes(lettersOf(name)))
    return [says('by', who.replace(/^, | on .*$/g, ''), name)]
  return []
}

/** What escaping leaves alone. */
const lettersOf = (text: string): string => visibleLine(text).replace(/[^\p{L}\p{N}]+/gu, '')

export const headVsLog: LintRule = {
  id: 'head-vs-log',
  severity: 'error',
  reason: 'Other tools read the head; what it says of the incident must be what the log says.',
  suggestion:
    'render again: hotwash postmortem render; where the log is wrong, correct it first: hotwash update',
  needs: 'record',
  good: headed({ head: { declared_at: '2026-11-21T10:00:00.000Z' } }),
  bad: headed({ head: { declared_at: '2026-11-21T09:00:00.000Z' } }),
  check: ({ head, placeOf }, { record }) => {
    if (record === undefined || head === undefined) return []
    const { state, events } = record
    const found = (field: string, said: string, log: string): Found => ({
      ...placeOf([field]),
      message: `${field} is ${said}, but the log says ${log}`,
    })
    const words = (['incident', 'title', 'severity'] as const).flatMap((field) => {
      const said = head[field]
      const log = field === 'incident' ? state.id : state[field]
      return said === null || said === undefined || said === log ? [] : [found(field, said, log)]
    })
    const moments = momentsOf(events)
    const times = MOMENT_FIELDS.flatMap(([field, name]) => {
      const said = head[field]
      const log = moments[name].at(-1)?.at
      if (said === undefined || (said === null && log === undefined)) return []
      if (said === null) return [found(field, 'null', log ?? '')]
      if (log !== undefined && Date.parse(said) === Date.parse(log)) return []
      return [found(field, said, log ?? 'nothing of it')]
    })
    return [...words, ...times]
  },
}

export const metricVsLog: LintRule = {
  id: 'metric-vs-log',
  ofHotwash: true,
  severity: 'error',
  reason:
    'The durations that are compared across incidents come from the log; the report says another.',
  suggestion: 'correct the times with hotwash update, and render again',
  needs: 'record',
  good: '| Metric | Value |\n| --- | --- |\n| Time to mitigate | not known: no impact start |',
  bad: '| Metric | Value |\n| --- | --- |\n| Time to mitigate | 12 min |',
  check: (document, { record }) => {
    if (record === undefined) return []
    const known = metrics(record.events)
    return storiesOf(document).flatMap(({ scope }) =>
      labelsOfTables(document, scope).flatMap(({ label, value, at }): Found[] => {
        const metric = known.find(({ name }) => name.toLowerCase() === label)
        const [said] = durationsIn(value)
        if (metric === undefined || said === undefined) return []
        const log = durationsIn(metric.says)[0]
        if (log !== undefined && log.ms === said.ms && log.toMs === said.toMs) return []
        return [
          { ...at(said.index), message: `“${said.text}”, but by the log it is ${metric.says}` },
        ]
      }),
    )
  },
}

/** The first two cells of each row. */
const labelsOfTables = (
  document: LintDocument,
  scope: Scope,
): { label: string; value: string; at: (index: number) => { line: number; column: number } }[] =>
  scope.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) =>
      block.type === 'table'
        ? block.rows.flatMap(({ line }) => {
            const [label, value] = document.cells.get(line) ?? []
            return label === undefined || value === undefined
              ? []
              : [{ label: labelOf(label.text), value: value.text, at: value.at }]
          })
        : [],
    ),
  )

export const timelineVsLog: LintRule = {
  id: 'timeline-vs-log',
  ofHotwash: true,
  severity: 'error',
  reason: 'The row cites an event and gives another time than the log has for it.',
  suggestion:
    'take the time of the log; correct a time that was told wrongly with hotwash note --corrects',
  needs: 'record',
  good: '| Time | What |\n| --- | --- |\n| 2026-11-21 10:00:00 | It was declared.[^e1] |\n\n[^e1]: `incident.declared` (event 1), 2026-11-21 10:00:00.000 UTC, Maria Example on laptop.',
  bad: '| Time | What |\n| --- | --- |\n| 2026-11-21 10:20:00 | It was declared.[^e1] |\n\n[^e1]: `incident.declared` (event 1), 2026-11-21 10:00:00.000 UTC, Maria Example on laptop.',
  check: (document, { record }) => {
    if (record === undefined) return []
    const read = readCitedRows(document, record)
    return storiesOf(document).flatMap(({ groups }) =>
      groups.flat().flatMap((row): Found[] => {
        const { stamp, line } = row
        const { times = [], agrees = true } = read(row) ?? {}
        if (stamp.wall === undefined || times.length === 0) return []
        if (agrees || stamp.precision === 'about') return []
        const { column, text } = stamp
        const log = times.map((at) => `${at.slice(0, 10)} ${at.slice(11, 19)}`).join(' or ')
        return [{ line, column, message: `${text}, but the log says ${log} UTC` }]
      }),
    )
  },
}
