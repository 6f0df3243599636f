/** Rules about words that blame. Only those that stayed quiet on real reports are here. */
import { blankQuotes } from '../blank.ts'
import type { Found } from '../finding.ts'
import type { LintDocument } from '../lint-document.ts'
import { matchesIn } from '../pieces.ts'
import type { LintRule } from '../rule.ts'
import type { Section } from '../../../markdown/document.ts'
import { isAbout } from '../section-kinds.ts'

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
      /\b(?:(?:human|operator|pilot|engineer|manual|admin(?:istrator)?)[ -]errors?|user[ -]error)\b(?! (?:rates?|messages?|logs?|pages?|reports?|codes?|counts?|budgets?))/gi,
      (words) => `“${words}” is not a cause`,
    ),
}

export const beCareful: LintRule = {
  id: 'be-careful',
  severity: 'warning',
  reason: 'Everybody was careful already; it changes nothing about what made the slip possible.',
  suggestion: 'change the system: a check, a default, a way back',
  good: 'The command refuses to drop a table of production without its name.',
  bad: 'Going forward, we need to be more careful with migrations.',
  check: (document) =>
    wordsFound(
      document,
      /\b(?:(?:be|being) (?:more|extra|very) (?:careful|cautious|attentive|vigilant|diligent|mindful)|(?:pay|paying) (?:more|closer) attention|(?:take|taking) (?:more|greater|extra) care)\b/gi,
      (words) => `“${words}” is no measure`,
    ),
}

export const retrain: LintRule = {
  id: 'retrain',
  severity: 'warning',
  reason: 'It says that the person was the fault, and leaves the trap for the next one.',
  suggestion: 'say what the system should have shown or refused',
  good: 'The runbook names the environment before each command.',
  bad: 'The engineer will be retrained.',
  check: (document) =>
    wordsFound(
      document,
      /\b(?:re-?train(?:ed|ing)?(?= (?:of |the |all |our |its )*(?:staff|team|engineers?|operators?|developers?|people|employees?|personnel|admins?|members?))|(?:engineers?|operators?|staff|team|developers?|people|employees?|person) (?:(?:will|must|should|needs? to|to) )?be (?:re-?)trained|disciplinary action|reprimand(?:ed)?)\b/gi,
      (words) => `“${words}” treats a person as the fault`,
    ),
}

const PERSON =
  '(?:engineers?|developers?|operators?|admin(?:istrator)?s?|sysadmins?|on-?call(?: engineer)?|responders?|technicians?|employees?|contractors?|colleagues?|team members?|somebody|someone|he|she|I|person|author|reviewers?|maintainers?|intern)'

export const personFailed: LintRule = {
  id: 'person-failed',
  severity: 'warning',
  reason:
    'What a person did not do is no cause: nothing reminded them, and nothing would have caught it.',
  suggestion: 'say what made the step easy to miss, and what would have caught it',
  good: 'Nothing in the checklist mentioned the second certificate.',
  bad: 'The engineer forgot to renew the second certificate.',
  check: (document) =>
    wordsFound(
      document,
      new RegExp(
        `\\b${PERSON} (?:had |has |who |also |simply |just )*(?:forgot(?:ten)?|neglected|failed|omitted|did not bother|didn't bother|overlooked|was unaware|should have known)(?= (?:to |about |the |that |it\\b|a |an |his |her |their ))`,
        'gi',
      ),
      (words) => `“${words}” names a person as the cause`,
    ),
}

export const careless: LintRule = {
  id: 'careless',
  severity: 'warning',
  reason: 'A judgment about a person ends the analysis, and the next report will be less honest.',
  suggestion: 'say what happened and what made it possible, without judging',
  good: 'The change was merged without a second look: the check for one was off on weekends.',
  bad: 'A careless change was merged on Friday evening.',
  check: (document) =>
    wordsFound(
      document,
      /\b(?:careless(?:ly|ness)?|negligen(?:t|tly|ce)|incompeten(?:t|tly|ce)|sloppy|sloppiness|lazy (?:engineer|developer|operator|admin)|laziness|stupid(?:ly|ity)?(?= (?:mistake|error|engineer|developer|operator|decision))|dumb mistake|reckless(?:ly|ness)?)\b/gi,
      (words) => `“${words}” judges, and explains nothing`,
    ),
}

/** A handle, not an address, a package (`@scope/name`), or a decorator. */
const HANDLE =
  /(?<![\w.@/`])@(?!(?:here|channel|everyone|all)\b)[A-Za-z][A-Za-z0-9-]{1,38}(?![\w/.(@-]*[/(@])(?!\.\w)/g

export const handleInCauses: LintRule = {
  id: 'handle-in-causes',
  severity: 'warning',
  reason: 'A person in the section of causes reads as the cause, whatever the sentence says.',
  suggestion: 'say the role or the system; who did what stays in the timeline',
  good: '## Root causes\n\nThe deployment took the key from the old path.',
  bad: '## Root causes\n\n@jexample deployed the key to the old path.',
  check: ({ pieces }) =>
    matchesIn(
      pieces.filter(
        ({ quoted, kind, section }) => !quoted && kind !== 'title' && isCauses(section),
      ),
      HANDLE,
    ).map(({ match, line, column }) => ({
      line,
      column,
      message: `${match[0]} stands among the causes`,
    })),
}

const isCauses = (section: Section): boolean =>
  isAbout(section, 'causes') && !isAbout(section, 'timeline') && !isAbout(section, 'actions')
