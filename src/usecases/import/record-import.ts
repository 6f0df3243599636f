/** Writes an imported report down: the events of its incident, its source as evidence, its draft. */
import type { EventData, EventDraft } from '../../incident/event.ts'
import { fillDraft } from '../../import/fill-draft.ts'
import type { StatedMoment } from '../../import/moments.ts'
import { plain } from '../../import/plain.ts'
import type { ReadReport } from '../../import/read-report.ts'
import type { Lines } from '../../import/split.ts'
import type { TimelineEntry } from '../../markdown/timeline.ts'
import type { Journal } from '../../ports/journal.ts'
import { THE_REPORT } from '../../postmortem/view/summary.ts'
import { publishWarnings } from '../publish-now.ts'
import { renderPostmortem } from '../report/render-postmortem.ts'
import { placeOfReport } from '../report/report-place.ts'
import type { ReportWorld } from '../report/report-text.ts'
import { orGitTrouble } from '../report/report-trouble.ts'
import { syncRecord } from '../sync-record.ts'

/** One incident of one file. */
export type Planned = {
  /** Relative to the repository where it lies in it, else its name alone. */
  file: string
  /** Of the file. */
  lines: Lines
  /** As it is kept, masked: the same one is never imported twice. */
  source: string
  read: ReadReport
  title: string
  severity: string
  /** The incident that came of the same text before. */
  already: string | undefined
}

export type Recorded = {
  incident: string
  path: string
  branch: string | null
  warnings: string[]
}

export const recordImport = async (world: ReportWorld, plan: Planned): Promise<Recorded> => {
  // Its id begins with the day already.
  const title = plan.title.replace(/^\W*\d{4}-\d\d-\d\d\W+(?=\w)/, '')
  const journal = world.store.create({ title, day: plan.read.day })
  journal.appendAll(eventsOf(plan))
  const kept = journal.putEvidence(`imported: ${plan.file}`, plan.source)
  const { rows, unplaced } = plan.read
  journal.append({
    type: 'postmortem.imported',
    data: { file: plan.file, evidence: [kept], placed: rows.length, unplaced: unplaced.length },
  })
  journal.appendAll(doneActions(plan))
  return draftOf(world, journal, plan)
}

const eventsOf = ({ file, title, severity, read }: Planned): EventDraft[] => {
  const { day, moments, rows } = read
  const { declared, impact_start, detected, acknowledged, mitigated, resolved } = moments
  const source = (line: number): string => `${file}, line ${line}`
  return [
    {
      type: 'incident.declared',
      data: {
        title,
        severity,
        imported: day === undefined ? {} : { day },
        ...(declared && timeOf(declared, source)),
      },
    },
    ...toldOnce('impact_start', impact_start, source),
    ...toldOnce('detected_at', detected, source),
    ...reached('acknowledged', acknowledged, source),
    ...reached('mitigated', mitigated, source),
    ...(resolved === undefined
      ? []
      : [
          {
            type: 'incident.resolved' as const,
            data: timeOf(resolved, source),
          },
        ]),
    ...rows.map((row) => noteOf(row, source(row.line))),
  ]
}

const timeOf = (
  { at, precision, line }: StatedMoment,
  source: (line: number) => string,
): EventData['incident.resolved'] => ({
  effective_at: iso(at),
  ...(precision === 'exact' ? {} : { precision }),
  source: source(line),
})

const reached = (
  status: 'acknowledged' | 'mitigated',
  moment: StatedMoment | undefined,
  source: (line: number) => string,
): EventDraft[] => {
  if (moment === undefined) return []
  const { precision, ...time } = timeOf(moment, source)
  const precisions = precision === undefined ? {} : { precisions: { effective_at: precision } }
  return [{ type: 'incident.updated', data: { status, ...time, ...precisions } }]
}

const toldOnce = (
  field: 'impact_start' | 'detected_at',
  moment: StatedMoment | undefined,
  source: (line: number) => string,
): EventDraft[] => {
  if (moment === undefined) return []
  const { at, precision, line } = moment
  const data: EventData['incident.updated'] = {
    [field]: iso(at),
    ...(precision === 'exact' ? {} : { precisions: { [field]: precision } }),
    source: source(line),
  }
  return [{ type: 'incident.updated', data }]
}

const iso = (ms: number): string => new Date(ms).toISOString()

const noteOf = ({ at, precision, text, actor }: TimelineEntry, source: string): EventDraft => ({
  type: 'note.added',
  data: {
    // A row can be a time and nothing else, where pictures tell the rest.
    text: plain(text) || '(the report says no more)',
    effective_at: iso(at),
    ...(precision === 'exact' ? {} : { precision }),
    source,
    by: actor === undefined ? THE_REPORT : plain(actor),
  },
})

/** A tick in the report is what is known of it being done. */
const doneActions = ({ file, read }: Planned): EventDraft[] =>
  (read.people.actions ?? [])
    .filter(({ done }) => done)
    .map(({ id, line }) => ({
      type: 'action.closed',
      data: { action: id, evidence: `marked as done in ${file}, line ${line}`, imported: true },
    }))

/** Rendered, filled as a person would, and rendered again: the head's values come into the text. */
const draftOf = async (world: ReportWorld, journal: Journal, plan: Planned): Promise<Recorded> => {
  const { incident } = journal
  const drafted = await renderPostmortem(world, { incident })
  await orGitTrouble(async () => {
    const place = await placeOfReport(world, journal)
    const was = await place.read()
    const text = world.redactor.mask(fillDraft(was ?? drafted.text, plan.read, plan.file))
    const message = `post-mortem: imported from ${plan.file}\n\nIncident: ${incident}\n`
    await place.write({ text, was, message })
  })
  const { path, branch, warnings, conflicts } = await renderPostmortem(world, { incident })
  const open = conflicts === 0 ? [] : [unresolved(incident, path)]
  const record = publishWarnings(await syncRecord(world, journal))
  return { incident, path, branch, warnings: [...new Set([...open, ...warnings, ...record])] }
}

/** Words of the source stand where the record has something to say, too: both are kept. */
const unresolved = (incident: string, path: string): string =>
  `${path}: words of the source and of the record are about the same lines; decide with: hotwash postmortem edit ${incident}`
