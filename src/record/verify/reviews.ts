/**
 * Reviews of a report, judged again from the record: whoever asked for a review approves nothing, and
 * a review that was closed had as many approvals of that very text as it says it took. What else was
 * needed is in hotwash.yaml and in the report, and not in the record.
 */
import type { IncidentEvent } from '../../incident/event.ts'
import {
  decisionOf,
  renderedBy,
  reviewOf,
  whyNotApprove,
  type Decision,
} from '../../incident/review.ts'

export type Before = {
  decisions: Decision[]
  /** Digests of the texts that hotwash wrote. */
  rendered: Set<string>
}

/** What a reviewer should know of this event; what came before it, which it joins. */
export function reviewProblem(
  { decisions, rendered }: Before,
  event: IncidentEvent,
): { problem?: string; note?: string } {
  const wrote = renderedBy(event)
  if (wrote !== undefined) rendered.add(wrote)
  if (event.type !== 'postmortem.reviewed') return {}
  const { action, sha256, approvals: needed = 0 } = event.data
  const content = rendered.has(sha256) ? event.data.content : undefined
  const earlier = [...decisions]
  decisions.push(decisionOf(event))
  if (action === 'approved') {
    const why = whyNotApprove(earlier, event.actor, { sha256, content, needed: 0 })
    return why === undefined
      ? {}
      : { note: `an approval of the report that does not count: ${why}` }
  }
  if (action !== 'closed') return {}
  const { missing, requested } = reviewOf(earlier, { sha256, content, needed })
  if (requested === undefined && needed > 0)
    return { problem: 'the review of the report was closed, and nobody had asked for one' }
  return missing === 0
    ? {}
    : { problem: `the review of the report was closed without ${missing} of ${needed} approvals` }
}
