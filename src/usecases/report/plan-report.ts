/** What a new render would make of the present report. Writes nothing. */
import { HotwashError } from '../../errors.ts'
import type { Journal } from '../../ports/journal.ts'
import { reviewedContent } from '../../postmortem/reviewed-content.ts'
import { marksCitedBy } from '../../postmortem/footnotes.ts'
import { withCommitsOf } from '../../postmortem/merge/footnotes.ts'
import { conflictsIn } from '../../postmortem/merge/markers.ts'
import { mergeReport, saysTheSame } from '../../postmortem/merge/merge-report.ts'
import { mergeWithoutBase } from '../../postmortem/merge/merge-without-base.ts'
import { mergeFile } from '../../record/git/merge-file.ts'
import { sha256 } from '../../runbook/digest.ts'
import { readReport, type CurrentReport } from './current-report.ts'
import { baseOf, lastTemplate, type Base } from './report-base.ts'
import type { ReportPlace } from './report-place.ts'
import { DEFAULT_TEMPLATE, PUBLIC_TEMPLATE, renderReport, type ReportWorld } from './report-text.ts'
import { contentOf } from './reviewed-text.ts'
import { refuseBadHead } from './report-trouble.ts'

export type ReportPlan = {
  place: ReportPlace
  template: string
  /** The report as it is; undefined: there is none. */
  was: string | undefined
  /** What the template makes of the record. */
  generated: string
  /** What the report would become: with the words of people, and markers where there are conflicts. */
  text: string
  /** People's words are in it. */
  merged: boolean
  /** There is something to write down: another text, or another base for the next time. */
  isNews: boolean
  /** All that differs is what the log says of the actions: approvals stay. */
  actionsOnly: boolean
  /** Lines of `text` on which a conflict begins. */
  conflicts: number[]
  /** Sections that people deleted, and for which the record has something new. */
  leftOut: string[]
  warnings: string[]
}

export type PlanRequest = {
  place: ReportPlace
  template: string | undefined
  /** In place of the present text and of what it began as: a merge that a person has resolved. */
  resolved?: { text: string; base: string } | undefined
}

const MAX_BYTES = 16_000_000

export const planReport = async (
  world: ReportWorld,
  journal: Journal,
  { place, template: asked, resolved }: PlanRequest,
): Promise<ReportPlan> => {
  const was = await place.read()
  // An emptied file holds nobody's words, and nobody empties one to keep it empty.
  const text = resolved?.text ?? (was?.trim() === '' ? undefined : was)
  const base: Base | undefined =
    resolved === undefined
      ? text === undefined
        ? undefined
        : baseOf(journal, text)
      : { is: 'edited', text: resolved.base }
  const report = text === undefined ? undefined : readReport(text, place)
  if (report !== undefined) refuseUnready(report, base)
  const template = asked ?? lastTemplate(journal) ?? DEFAULT_TEMPLATE
  if (template === PUBLIC_TEMPLATE) throw notForUs()
  const alsoCited = citedByPeople(text, base)
  const request = { template, ref: place.ref, people: report?.head, alsoCited }
  const rendered = await renderReport(world, journal, request)
  const mask = (one: string): string => world.redactor.mask(one)
  const earlier = base === undefined || base.is === 'unknown' ? '' : base.text
  const generated = withCommitsOf(mask(rendered.text), earlier)
  const merged = await mergeWith(world, { text, base, generated })
  // Where nothing changes, nothing is touched.
  const masked = merged.text === was ? was : mask(merged.text)
  const warnings = [...rendered.warnings, ...(isDamaged(base) ? [DAMAGED] : [])]
  const isNews =
    masked !== was ||
    resolved !== undefined ||
    (base?.is === 'edited' && !saysTheSame(base.text, generated))
  const head = report?.head
  const actionsOnly =
    was !== undefined &&
    masked !== was &&
    merged.conflicts.length === 0 &&
    contentOf(journal, { text: was, sha256: sha256(was), head }) ===
      reviewedContent({ text: masked, head, events: journal.events() })
  return { place, template, was, generated, ...merged, text: masked, isNews, actionsOnly, warnings }
}

/** What cites an event gets its footnote, also where a person wrote it. */
const citedByPeople = (
  text: string | undefined,
  base: Base | undefined,
): ReadonlySet<string> | undefined => {
  if (text === undefined || base === undefined || base.is === 'unedited') return undefined
  const cited = marksCitedBy(text)
  const before = base.is === 'unknown' ? new Set() : marksCitedBy(base.text)
  return new Set([...cited].filter((mark) => !before.has(mark)))
}

/** It has no head and cites nothing: what people know and the log says would be gone. */
const notForUs = (): HotwashError =>
  new HotwashError('INVALID_TEMPLATE', 'the template public is for outsiders, and no report', {
    hint: 'make the public version beside the report: hotwash postmortem publish; or look at it: hotwash postmortem export --template public --format md',
  })

const DAMAGED =
  'what was rendered last is missing in the record or was changed: an older one was used; see hotwash audit verify'

const isDamaged = (base: Base | undefined): boolean =>
  base?.is === 'edited' && base.damaged === true

const refuseUnready = (report: CurrentReport, base: Base | undefined): void => {
  const { path } = report.place
  if (Buffer.byteLength(report.text) > MAX_BYTES)
    throw new HotwashError('INVALID_REPORT', `${path} is larger than ${MAX_BYTES} bytes`, {
      hint: 'keep large material as files next to it, and link them',
    })
  const known = base === undefined || base.is === 'unknown' ? [] : [base.text]
  const [line] = base?.is === 'unedited' ? [] : conflictsIn(report.text, known)
  if (line !== undefined)
    throw new HotwashError('INVALID_REPORT', `${path}:${line}:1: a conflict is not resolved yet`, {
      hint: 'keep what is right of both sides, and delete the lines with <<<<<<<, |||||||, ======= and >>>>>>>',
    })
  refuseBadHead(report)
}

type Sides = { text: string | undefined; base: Base | undefined; generated: string }
type Merge = Pick<ReportPlan, 'text' | 'merged' | 'conflicts' | 'leftOut'>

const mergeWith = async (
  { git }: ReportWorld,
  { text, base, generated }: Sides,
): Promise<Merge> => {
  if (text === undefined || base === undefined)
    return { text: generated, merged: false, conflicts: [], leftOut: [] }
  if (base.is === 'unknown') return { ...mergeWithoutBase(text, generated), merged: true }
  const texts = { base: base.text, yours: text, theirs: generated }
  if (base.is === 'unedited')
    return {
      text: saysTheSame(text, generated) ? text : generated,
      merged: false,
      conflicts: [],
      leftOut: [],
    }
  const merged = await mergeReport(texts, (sides) => mergeFile(git, sides))
  return { ...merged, merged: true }
}
