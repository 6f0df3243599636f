/** docs/postmortem-rules.md: every rule with its examples, and how well it did on real reports. */
import {
  CORPUS,
  HELD_OUT,
  MADE_UP,
  MOST_ERRORS,
  NOT_MEASURABLE,
  OWN_SLIPS,
  PRECISION,
  RECALL,
  TUNED_ON,
  UNSEEN,
  UNSEEN_PRECISION,
  UNSEEN_RECALL,
} from '../src/postmortem/lint/measured.ts'
import type { LintRule } from '../src/postmortem/lint/rule.ts'
import { RULES } from '../src/postmortem/lint/rules.ts'
import { lineDiff } from '../src/usecases/line-diff.ts'
import { cell } from './schema-words.ts'

type Count = { hits: number; falseAlarms: number }

const sumOf = (counts: readonly Count[]): Count => ({
  hits: counts.reduce((sum, { hits }) => sum + hits, 0),
  falseAlarms: counts.reduce((sum, { falseAlarms }) => sum + falseAlarms, 0),
})

const isMeasurable = ({ id, needs }: LintRule): boolean =>
  needs === undefined && !NOT_MEASURABLE.includes(id)

const named = (rules: readonly LintRule[]): string => rules.map(({ id }) => `\`${id}\``).join(', ')

const fenced = (language: string, text: string): string[] => {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(Math.max(3, longest + 1))
  return [`${fence}${language}`, text.trimEnd(), fence, '']
}

const SHORT = 8

/** Of two long texts that differ in a line, only that is worth showing. */
const examples = ({ bad, good }: LintRule): string[] =>
  bad.split('\n').length <= SHORT && good.split('\n').length <= SHORT
    ? ['Found in:', '', ...fenced('markdown', bad), 'Quiet on:', '', ...fenced('markdown', good)]
    : [
        'Found in the text of `-`, quiet on that of `+`:',
        '',
        ...fenced('diff', lineDiff(bad, good)),
      ]

/** Which rule begins a topic; they stand in the order of the table of rules. */
const TOPICS: Readonly<Record<string, string>> = {
  'head-invalid': 'What has to be there',
  'no-prevent-action': 'Actions',
  'duration-mismatch': 'Times, durations and numbers',
  'head-vs-log': 'Against the log',
  'human-error': 'Words about people',
  'waiver-reason': 'Waivers',
}

type Topic = { title: string; rules: LintRule[] }

const topics = (): Topic[] => {
  const found: Topic[] = []
  for (const rule of RULES) {
    const title = TOPICS[rule.id]
    if (title !== undefined) found.push({ title, rules: [] })
    found.at(-1)?.rules.push(rule)
  }
  return found
}

const precisionOf = (rule: LintRule): string => {
  const found = PRECISION[rule.id]
  if (!isMeasurable(rule))
    return 'Not measured: public reports do not have what it looks at. Tested on records of hotwash.'
  const unseen = UNSEEN_PRECISION[rule.id]
  if (found === undefined && unseen === undefined)
    return `Measured: no hit in ${ALL_REPORTS} reports. Its precision is unknown.`
  return `Measured: in reports that it was tuned on ${inWords(found)}; in unseen ones ${inWords(unseen)}.`
}

const UNSEEN_REPORTS = UNSEEN.first.reports + UNSEEN.later.reports
const ALL_REPORTS = CORPUS.reports + UNSEEN_REPORTS

const inWords = (
  count: { hits: number; falseAlarms: number; debatable?: number; note?: string } | undefined,
): string => {
  if (count === undefined) return 'no hit'
  const { hits, falseAlarms, debatable = 0, note } = count
  const alarms =
    falseAlarms === 0
      ? 'no false alarm'
      : `${falseAlarms} false alarm${falseAlarms === 1 ? '' : 's'}`
  const open = debatable === 0 ? '' : `, ${debatable} debatable`
  return `${hits} hit${hits === 1 ? '' : 's'}, ${alarms}${open}${note === undefined ? '' : ` (${note})`}`
}

const shareOf = ({
  hits,
  falseAlarms,
  debatable = 0,
}: {
  hits: number
  falseAlarms: number
  debatable?: number
}): string => `${hits - falseAlarms - debatable} of ${hits}`

/** Both columns, for every rule that found anything anywhere. */
const bothColumns = (): string[] => [
  '| Rule | Right, of its hits: tuned on | Unseen |',
  '|---|---|---|',
  ...RULES.flatMap(({ id, severity }) => {
    const tuned = PRECISION[id]
    const unseen = UNSEEN_PRECISION[id]
    if (tuned === undefined && unseen === undefined) return []
    const cells = [tuned, unseen].map((count) => (count === undefined ? '—' : shareOf(count)))
    return [`| [\`${id}\`](#${id}), ${severity} | ${cells.join(' | ')} |`]
  }),
]

const debatableUnseen = (): number =>
  Object.values(UNSEEN_PRECISION).reduce((sum, { debatable = 0 }) => sum + debatable, 0)

const unseenSection = (): string[] => {
  const all = sumOf(Object.values(UNSEEN_PRECISION))
  const { first, later } = UNSEEN
  return [
    '### In reports that nobody had read before',
    '',
    `${first.reports} further public reports were copied, ${first.whole} of them whole, from others sections were left out (${first.sources}), and linted before anything was changed; then the rules were mended for what they showed, and ${later.reports} more were read. Five of the ${first.reports} come from collections that the first ones came from, and may have been among those.`,
    '',
    `At first sight: ${all.hits} hits, ${all.falseAlarms} false alarms, ${debatableUnseen()} debatable. **So about half of the warnings were right in reports of strangers**, fewer than the numbers above promise. Errors had four hits: one wrong weekday and one wrong time zone, and two false alarms of \`zone-mismatch\`, which is a warning since. ${first.mended.errorHits} more hits of errors came by what was mended, all right; but on the reports that they were mended for. One report stands between two lines of dashes and was taken for a head: it is read since, with four more warnings, two right and two debatable, that are not counted here.`,
    '',
    ...bothColumns(),
    '',
    `The authors of the ${first.reports} had made ${OWN_SLIPS.seen} slips that reading showed: of these the rules found ${OWN_SLIPS.first} at first and ${OWN_SLIPS.found} now. The others are in sentences that no rule computes, or between two ways of telling the same.`,
    '',
    `Faults planted in these ${first.reports}, one at a time; “now” is with the rules as they are:`,
    '',
    '| Fault | Planted | Found at first | Found now |',
    '|---|---|---|---|',
    ...UNSEEN_RECALL.map(
      ({ fault, planted, first: then, found }) => `| ${fault} | ${planted} | ${then} | ${found} |`,
    ),
    '',
    'Not found: days that are off by less than a month and break no order; dates in a report with fewer than three of them; durations in sentences without a label; rows whose time is said to be approximate.',
    '',
    'What this does not prove: the hits of errors are too few for a percentage; who mended the rules judged the hits; many of the reports are short, and a third of them are too small for the rules about what has to be there.',
    '',
  ]
}

const ruleSection = (rule: LintRule): string[] => [
  `### ${rule.id}`,
  '',
  `${rule.severity === 'error' ? 'Error' : 'Warning'}${rule.needs === 'record' ? '; needs the log' : ''}. ${rule.reason}`,
  '',
  `To do: ${rule.suggestion}.`,
  '',
  ...examples(rule),
  precisionOf(rule),
  '',
]

const measuredSection = (): string[] => {
  const all = sumOf(Object.values(PRECISION))
  const errors = sumOf(
    RULES.filter(({ severity }) => severity === 'error').flatMap(({ id }) => PRECISION[id] ?? []),
  )
  const silent = RULES.filter(
    (rule) =>
      isMeasurable(rule) &&
      PRECISION[rule.id] === undefined &&
      UNSEEN_PRECISION[rule.id] === undefined,
  )
  const unseen = sumOf(Object.values(UNSEEN_PRECISION))
  return [
    '## How well they do',
    '',
    `Measured in ${CORPUS.date} with ${ALL_REPORTS} public reports, in two parts that say different things:`,
    '',
    '| Reports | Hits | False alarms | Debatable |',
    '|---|---|---|---|',
    `| ${CORPUS.reports} that the rules were tuned with | ${all.hits} | ${all.falseAlarms} | — |`,
    `| ${UNSEEN_REPORTS} [that nobody had read before](#in-reports-that-nobody-had-read-before), at first sight | ${unseen.hits} | ${unseen.falseAlarms} | ${debatableUnseen()} |`,
    '',
    '**Expect the second line**: the first was measured on what the rules were made with.',
    '',
    '### In reports that the rules were tuned with',
    '',
    `${CORPUS.reports} reports: ${CORPUS.from.map(([name, n]) => `${n} of ${name}`).join('; ')}. This is what the numbers are worth:`,
    '',
    '- **The reports were retyped in a condensed form**, not copied. Times, labels, tables and headings are mostly word for word; prose was shortened, and some rows and sections were left out. Rules about prose had less to find there than in the originals, and less to stumble over.',
    `- **The rules were tuned on ${TUNED_ON} of the ${CORPUS.reports}**, until false alarms were rare: these numbers flatter them. ${HELD_OUT.reports} were read last, and no rule was changed for them: ${HELD_OUT.hits} hits, ${HELD_OUT.falseAlarms} of them a false alarm, ${HELD_OUT.errorHits === 0 ? 'and no hit of an error' : `${HELD_OUT.errorHits} hits of errors`}. Since then \`action-owner\` has learnt to read lists, and has ${HELD_OUT.since} more hits there. What they do in reports of others is told [below](#in-reports-that-nobody-had-read-before).`,
    `- **${MOST_ERRORS.hits} of the ${errors.hits} hits of errors come from one collection** (${MOST_ERRORS.from}), which states its times and durations in one form. They say much about that form and little about others.`,
    '- Who tuned the rules also judged the hits, by reading each report. A statement that contradicts the report’s own times counts as right even where the authors may have counted office hours without saying so.',
    '',
    `All hits: ${all.hits}, false alarms among them: ${all.falseAlarms}. Hits of errors: ${errors.hits}, false alarms among them: ${errors.falseAlarms}.`,
    '',
    `No hit at all, here or in the unseen ones, **precision unknown**: ${named(silent)}.`,
    '',
    `Not measurable there, since public reports have no head, mark, waiver or log of hotwash; tested on records instead: ${named(RULES.filter((rule) => !isMeasurable(rule)))}.`,
    '',
    `Then faults were planted in the ${TUNED_ON}, one at a time, and looked for; the rules were tuned on these, too:`,
    '',
    '| Fault | Planted | Found |',
    '|---|---|---|',
    ...RECALL.map(({ fault, planted, found }) => `| ${fault} | ${planted} | ${found} |`),
    '',
    'Not found: durations that differ by less than people round, or are said to be approximate (those are found when they are wrong by half); durations without labels that happen to lie between two other rows of the timeline; rows without a date that may as well have passed midnight; columns of two time zones against each other.',
    '',
    `Last, ${MADE_UP.reports} reports were made up in other shapes, without a fault, and ${MADE_UP.planted} faults planted in them, one at a time. At first sight the rules found ${MADE_UP.first.found} of the faults and gave ${MADE_UP.first.falseAlarms} false alarms, all of them warnings; after they were mended, ${MADE_UP.found} and ${MADE_UP.falseAlarms === 0 ? 'none' : String(MADE_UP.falseAlarms)}. Who made the reports knew the rules.`,
    '',
    ...unseenSection(),
  ]
}

export const postmortemRulesPage = (): string =>
  [
    '# Rules of `hotwash postmortem lint`',
    '',
    'Any Markdown can be linted. What needs more (the log, a head of hotwash) says so. Exit 9 when there is an error; with `--strict` also for a warning. A rule that is less sure in some place says so in a note, which never fails.',
    '',
    ...topics().flatMap(({ title, rules }) => [
      `| ${title} | | Why it is looked for |`,
      '|---|---|---|',
      ...rules.map(
        ({ id, severity, reason }) => `| [\`${id}\`](#${id}) | ${severity} | ${cell(reason)} |`,
      ),
      '',
    ]),
    'On this page: [accepting a finding](#accepting-a-finding), [how well they do](#how-well-they-do), each rule with its examples.',
    '',
    '## Accepting a finding',
    '',
    'With a reason, in the line before, or in the same paragraph, item or row:',
    '',
    '```markdown',
    '<!-- hotwash-waive human-error: the vendor calls its product so -->',
    'The module “Human Error Assessment” was switched off.',
    '```',
    '',
    'In the head, behind a `#`. What is said of the report as a whole (`no-timeline`, `no-detection`, `no-impact-numbers`) is waived anywhere. A waiver without a reason, and one that waives nothing, is a finding.',
    '',
    'A rule is switched off, or made to count for more or less, in `hotwash.yaml`:',
    '',
    '```yaml',
    'lint:',
    '  rules:',
    '    no-impact-numbers: off',
    '    action-owner: error',
    '```',
    '',
    ...measuredSection(),
    ...topics().flatMap(({ title, rules }) => [`## ${title}`, '', ...rules.flatMap(ruleSection)]),
  ].join('\n')
