/** What findings say of hypotheses: they are grouped by words, so that the words must be there and the same. */
import { warn, type Linting } from './rule.ts'

function rejectedWithoutHypothesis(linting: Linting): void {
  const { steps, always } = linting.runbook
  for (const step of [...steps, ...always]) {
    const isBare = step.findings.some(
      ({ confidence, hypothesis }) => confidence === 'rejected' && hypothesis === undefined,
    )
    if (!isBare) continue
    warn(linting, step, {
      code: 'rejected-without-hypothesis',
      message: `a finding of step ${step.id} drops a hypothesis and does not name it`,
      hint: 'add `hypothesis:` with the claim that it speaks against',
    })
  }
}

/** A capital, a dash or an article of difference, and evidence for a claim is not seen beside that against it. */
function hypothesisTwins(linting: Linting): void {
  const { steps, always } = linting.runbook
  const known = new Map<string, string>()
  for (const step of [...steps, ...always]) {
    for (const { hypothesis } of step.findings) {
      if (hypothesis === undefined) continue
      const first = known.get(wordsOf(hypothesis)) ?? hypothesis
      known.set(wordsOf(hypothesis), first)
      if (first === hypothesis) continue
      warn(linting, step, {
        code: 'hypothesis-twins',
        message: `step ${step.id} names the hypothesis "${hypothesis}", which is taken for another one than "${first}"`,
        hint: 'write it with the same words everywhere',
      })
    }
  }
}

const wordsOf = (claim: string): string =>
  claim
    .toLowerCase()
    .replace(/^(?:a|an|the)\s+/, '')
    .replace(/[^\p{L}\p{N}]+/gu, '')

export const findingRules = [rejectedWithoutHypothesis, hypothesisTwins]
