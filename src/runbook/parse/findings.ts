/** The conclusions of a step: one, or a list of them. */
import { Template } from '../deferred.ts'
import { refuseTemplate, type Around, type Parsing } from './parsing.ts'
import type { Path } from '../yaml/problems.ts'
import type { FindingRule } from '../runbook.ts'
import type { FindingFields } from '../schema.ts'
import type { Names } from '../deferred.ts'

type Given = FindingFields | FindingFields[] | undefined

const listOf = (given: Given): FindingFields[] =>
  given === undefined ? [] : Array.isArray(given) ? given : [given]

export const findingsOf = (given: Given): FindingRule[] =>
  listOf(given).map(({ when, says, category, confidence, hypothesis }) => ({
    when,
    says,
    category: category ?? 'unknown',
    confidence: confidence ?? 'likely',
    hypothesis,
  }))

/** Both see the outcome of the step's own body; what is said is recorded, so that it holds no secret. */
export function addFindings(
  parsing: Parsing,
  { given, path, outcome }: { given: Given; path: Path; outcome: Names },
  { locals, order }: Around,
): void {
  for (const [index, { when, says, hypothesis }] of listOf(given).entries()) {
    const own = Array.isArray(given) ? [...path, index] : path
    const base = { extra: { ...locals, ...outcome }, order }
    if (when !== undefined) {
      const at = { ...base, path: [...own, 'when'], noSecret: undefined }
      parsing.pending.push({ ...at, is: 'cel', source: when.source, wants: 'bool' })
    }
    if (says instanceof Template) {
      const at = { ...base, path: [...own, 'says'], noSecret: 'findings are recorded' }
      parsing.pending.push({ ...at, is: 'template', template: says })
    }
    refuseTemplate(parsing, hypothesis, {
      path: [...own, 'hypothesis'],
      hint: 'findings are grouped by these words: put what varies into `says`',
    })
  }
}
