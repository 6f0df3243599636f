/** Where the review of an incident's report stands, without judging the report. */
import { decisionsOf, reviewOf, type Review } from '../../incident/review.ts'
import type { RecordWorld } from '../record-world.ts'
import { reviewStatus } from './review-lines.ts'
import type { Shown } from '../incident/show-incident.ts'

export type IncidentReview = Pick<Review, 'status' | 'missing' | 'edited'> & { says: string }

/** undefined: nobody began one, and nothing is asked of git. */
export const reviewOfIncident = async (
  world: RecordWorld,
  { journal, state }: Pick<Shown, 'journal' | 'state'>,
): Promise<IncidentReview | undefined> => {
  if (state.reviews === 0) return undefined
  const { currentReport } = await import('./current-report.ts')
  const report = await currentReport(world, journal)
  const { reviewedText } = await import('./reviewed-text.ts')
  const review = reviewOf(decisionsOf(journal.events()), reviewedText(world, journal, report))
  const { status, missing, edited } = review
  const says = `${reviewStatus(review)}${report === undefined ? ', AND THE REPORT IS GONE' : ''}`
  return { status, missing, edited, says }
}
