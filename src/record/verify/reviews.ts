/**
 * Reviews of a report, judged again from the record: whoever asked for a review approves nothing, and
 * a review that was closed had as many approvals of that very text as it says it took. What else was
 * needed is in hotwash.yaml and in the report, and not in the record.
 */
import type { IncidentEvent } from '../../incident/event.ts'
import { decisionOf, reviewOf, whyNotApprove, type Decision } from '../../incident/review.ts'

/** What a reviewer should know of this event; `before`: the decisions before it, which it joins. */
export function reviewProblem(
  before: Decision[],
  event: IncidentEvent,
): { problem?: string; note?: string } {
  if (event.type !== 'postmortem.reviewed') return {}
  const { action, sha256, approvals: needed = 0 } = event.data
  const earlier = [...before]
  before.push(decisionOf(event))
  if (action === 'approved') {
    const why = whyNotApprove(earlier, event.actor, { sha256, needed: 0 })
    return why === undefined
      ? {}
      : { note: `an approval of the report that does not count: ${why}` }
  }
  if (action !== 'closed') return {}
  const { missing, requested } = reviewOf(earlier, { sha256, needed })
  if (requested === undefined && needed > 0)
    return { problem: 'the review of the report was closed, and nobody had asked for one' }
  return missing === 0
    ? {}
    : { problem: `the review of the report was closed without ${missing} of ${needed} approvals` }
}
