/** Rules about words that blame. Only those that stayed quiet on real reports are here. */
import { blankQuotes } from '../blank.ts'
import type { Found } from '../finding.ts'
import type { LintDocument } from '../lint-document.ts'
import { matchesIn } from '../pieces.ts'
import type { LintRule } from '../rule.ts'

/** Own words of the report: neither quoted nor code. */
const wordsFound = (
  { pieces }: LintDocument,
  pattern: RegExp,
  says: (words: string) => string,
): Found[] =>
  matchesIn(
    pieces.filter(({ quoted }) => !quoted),
    pattern,
    blankQuotes,
  ).map(({ match, line, column }) => ({ line, column, message: says(match[0]) }))

export const humanError: LintRule = {
  id: 'human-error',
  severity: 'warning',
  reason:
    'It ends the search where it should begin: the same slip will happen to the next person, under the same conditions.',
  suggestion: 'say what made the action look right at that time, and what let it through',
  good: 'The command took production when no environment was named; nothing asked before it dropped the table.',
  bad: 'The root cause was human error during the migration.',
  check: (document) =>
    wordsFound(
      document,
      /\b(?:human|operator|user|pilot|engineer|manual|admin(?:istrator)?)[ -]errors?\b/gi,
      (words) => `“${words}” is not a cause`,
    ),
}
