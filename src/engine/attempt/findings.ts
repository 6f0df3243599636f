/**
 * What a step concludes from a completed outcome, also when the step then fails: a diagnosis that
 * ended badly is still a diagnosis. A finding that cannot be judged is a note, never a failure.
 */
import type { EventData } from '../../incident/event.ts'
import { clip } from '../../incident/visible.ts'
import { Template } from '../../runbook/deferred.ts'
import { renderTree } from '../../runbook/expressions/interpolate.ts'
import type { FindingRule, Step } from '../../runbook/runbook.ts'
import type { Outcome } from '../../steps/kind.ts'
import type { LiveRun } from '../live-run.ts'
import { recordStep } from '../record-step.ts'
import type { Ready, Surroundings } from '../render/render-body.ts'
import { isTrue } from '../render/scope-of.ts'

type Made = EventData['finding.made']
export type FindingsMade = { made: readonly Made[]; notes: readonly string[] }
type Judging = { ready: Pick<Ready, 'kind'>; outcome: Pick<Outcome, 'data'>; around: Surroundings }

const MAX_CHARACTERS = 2_000

export function findingsOf(
  live: LiveRun,
  step: Step,
  seen: Judging & { outcome: Pick<Outcome, 'data' | 'ended'> },
): FindingsMade {
  const made: Made[] = []
  const notes: string[] = []
  if (seen.outcome.ended !== 'completed') return { made, notes }
  for (const [index, rule] of step.findings.entries()) {
    const judged = judgeFinding(live, rule, seen)
    if (!judged.ok) notes.push(live.redactor.mask(`finding ${index + 1}: ${judged.message}`))
    else if (judged.made !== undefined) made.push(judged.made)
  }
  return { made, notes }
}

type JudgedFinding = { ok: true; made: Made | undefined } | { ok: false; message: string }

function judgeFinding(
  live: LiveRun,
  rule: FindingRule,
  { ready, outcome, around }: Judging,
): JudgedFinding {
  const locals = { ...around.locals, ...outcome.data }
  if (rule.when !== undefined) {
    const holds = isTrue(rule.when, { ...around, locals, names: ready.kind.outcome })
    if (!holds.ok) return holds
    if (!holds.value) return { ok: true, made: undefined }
  }
  const rendered = renderTree(
    { says: rule.says },
    { scope: around.scope, runbook: around.runbook, locals },
  )
  if (!rendered.ok) return rendered
  // Masked first: a cut could leave half a secret, which nothing would find.
  const says = clip(live.redactor.mask(rendered.value.says).trim(), MAX_CHARACTERS)
  if (says === '') return { ok: false, message: `"${sourceOf(rule.says)}" says nothing` }
  const { category, confidence, hypothesis } = rule
  const about = hypothesis === undefined ? {} : { hypothesis: live.redactor.mask(hypothesis) }
  return { ok: true, made: { says, category, confidence, ...about } }
}

const sourceOf = (says: FindingRule['says']): string =>
  says instanceof Template ? says.source : says

/** Right after the step's end, which they are about. */
export function recordFindings(live: LiveRun, step: Step, { made }: FindingsMade): void {
  for (const data of made) recordStep(live, step, { type: 'finding.made', data })
}

/** After the step's end, of which what could not be concluded is a note. */
export function showFindings(live: LiveRun, step: Step, { made }: FindingsMade): void {
  for (const finding of made) live.operator.show({ type: 'finding', step: step.id, finding })
}
