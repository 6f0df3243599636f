/** The present report, as its review is judged by it. */
import { decisionsOf, renderedBy, reviewOf, type ReviewedText } from '../../incident/review.ts'
import { visibleLine } from '../../incident/visible.ts'
import type { Journal } from '../../ports/journal.ts'
import { reviewedContent } from '../../postmortem/reviewed-content.ts'
import type { RecordWorld } from '../record-world.ts'
import { readReport, type CurrentReport } from './current-report.ts'
import type { ReportPlace } from './report-place.ts'

/** Bytes that no render wrote are the work of a hand, whatever they say: only their digest counts. */
export const reviewedText = (
  { config }: RecordWorld,
  journal: Journal,
  report: CurrentReport | undefined,
): ReviewedText => {
  const needed = config.review.approvals
  if (report === undefined) return { sha256: undefined, needed }
  const { sha256 } = report
  const isRendered = journal.events().some((event) => renderedBy(event) === sha256)
  return isRendered ? { sha256, content: contentOf(journal, report), needed } : { sha256, needed }
}

/**
 * What a decision about this text is of. What became of the actions after its render, or the last one
 * where people edited it since, cannot be what the log says in it. Nor can what another clone recorded
 * before that render and brought later: until it is rendered again, such a text holds for nothing.
 */
export const contentOf = (
  journal: Journal,
  { text, sha256, head }: Pick<CurrentReport, 'text' | 'sha256' | 'head'>,
): string => {
  const events = journal.events()
  const wrote = events.findLastIndex((event) => renderedBy(event) === sha256)
  const last = events.findLastIndex((event) => renderedBy(event) !== undefined)
  const known = events.slice(0, wrote === -1 ? last : wrote)
  return reviewedContent({ text, head, events: last === -1 ? events : known })
}

/** Whose approvals hold for this text. */
export const approversOf = (
  world: RecordWorld,
  journal: Journal,
  { place, text }: { place: ReportPlace; text: string | undefined },
): string[] => {
  const decisions = decisionsOf(journal.events())
  if (text === undefined || decisions.length === 0) return []
  const { approvals } = reviewOf(decisions, reviewedText(world, journal, readReport(text, place)))
  return approvals.flatMap(({ holds, by }) => (holds ? [visibleLine(by.name || by.email)] : []))
}
