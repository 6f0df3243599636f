/** What `audit verify` says of a report that is no more the one that people approved. */
import { decisionsOf, reviewOf } from '../../incident/review.ts'
import { visibleLine } from '../../incident/visible.ts'
import type { Journal } from '../../ports/journal.ts'
import { currentReport } from '../report/current-report.ts'
import { reviewedText } from '../report/reviewed-text.ts'
import type { RecordWorld } from '../record-world.ts'

/** Notes and no problems: a report is for people to edit, and the log says which text was approved. */
export async function approvalNotes(world: RecordWorld, journal: Journal): Promise<string[]> {
  const decisions = decisionsOf(journal.events())
  if (decisions.length === 0) return []
  const report = await currentReport(world, journal)
  const { approvals } = reviewOf(decisions, reviewedText(world, journal, report))
  const path = `${world.store.recordPath(journal.incident)}/postmortem.md`
  return approvals.flatMap((approval) => {
    if (approval.holds) return []
    const { by, at, why } = approval
    const who = visibleLine(by.name || by.email)
    return [`${path}: the approval by ${who} of ${at.slice(0, 10)} does not hold: ${why}`]
  })
}
