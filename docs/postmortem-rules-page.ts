/** docs/postmortem-rules.md: every rule with its examples, and how well it did on real reports. */
import { CORPUS, HELD_OUT, PLANTED_IN, PRECISION, RECALL } from '../src/postmortem/lint/measured.ts'
import type { LintRule } from '../src/postmortem/lint/rule.ts'
import { RULES } from '../src/postmortem/lint/rules.ts'

const counts = (): { hits: number; falseAlarms: number } => {
  const all = Object.values(PRECISION)
  return {
    hits: all.reduce((sum, { hits }) => sum + hits, 0),
    falseAlarms: all.reduce((sum, { falseAlarms }) => sum + falseAlarms, 0),
  }
}

const ofErrors = (): string => {
  const errors = RULES.filter(({ severity }) => severity === 'error').flatMap(
    ({ id }) => PRECISION[id] ?? [],
  )
  const hits = errors.reduce((sum, one) => sum + one.hits, 0)
  const right = hits - errors.reduce((sum, one) => sum + one.falseAlarms, 0)
  return `${right} of ${hits} (${Math.round((right / hits) * 100)} %)`
}

const fenced = (text: string): string[] => {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(Math.max(3, longest + 1))
  return [`${fence}markdown`, text.trimEnd(), fence, '']
}

const precisionOf = ({ id }: LintRule): string => {
  const found = PRECISION[id]
  if (found === undefined) return `Measured: no hit in ${CORPUS.reports} reports.`
  const { hits, falseAlarms, note } = found
  const alarms =
    falseAlarms === 0
      ? 'no false alarm'
      : `${falseAlarms} false alarm${falseAlarms === 1 ? '' : 's'}`
  return `Measured: ${hits} hit${hits === 1 ? '' : 's'}, ${alarms}${note === undefined ? '' : ` (${note})`}.`
}

const ruleSection = (rule: LintRule): string[] => [
  `### ${rule.id}`,
  '',
  `${rule.severity === 'error' ? 'Error' : 'Warning'}${rule.needs === 'record' ? '; needs the log' : ''}. ${rule.reason}`,
  '',
  `To do: ${rule.suggestion}.`,
  '',
  'Found in:',
  '',
  ...fenced(rule.bad),
  'Quiet on:',
  '',
  ...fenced(rule.good),
  precisionOf(rule),
  '',
]

const measuredSection = (): string[] => {
  const { hits, falseAlarms } = counts()
  return [
    '## How well they do',
    '',
    `Measured in ${CORPUS.date} on ${CORPUS.reports} public reports: ${CORPUS.from.map(([name, n]) => `${n} of ${name}`).join('; ')}. They were copied by hand from a stored copy of the repositories: times, labels, tables, lists and headings word for word, long prose, output and addresses shortened. Every hit was judged by reading the report; a statement that contradicts the report's own times counts as right even where the authors may have counted office hours without saying so. Most of the rules for contradictions had their hits in one collection, which states its durations.`,
    '',
    `Hits: ${hits}, false alarms among them: ${falseAlarms}. Of the hits of errors, right: ${ofErrors()}. The rules that need the log or a head of hotwash cannot find anything in such reports; they are tested on records.`,
    '',
    `The rules were mended on these reports until false alarms were rare, so that the numbers flatter them. ${HELD_OUT.reports} of the ${CORPUS.reports} were read last, and no rule was changed for them: ${HELD_OUT.hits} hits there, ${HELD_OUT.falseAlarms} of them a false alarm, and no error among them.`,
    '',
    `Then faults were planted in the other ${PLANTED_IN}, one at a time, and looked for:`,
    '',
    '| Fault | Planted | Found |',
    '|---|---|---|',
    ...RECALL.map(({ fault, planted, found }) => `| ${fault} | ${planted} | ${found} |`),
    '',
    'Not found: durations that differ by less than people round, or are said to be approximate; durations without labels that happen to lie between two other rows of the timeline; rows without a date that may as well have passed midnight; a wrong date in a title.',
    '',
  ]
}

export const postmortemRulesPage = (): string =>
  [
    '# Rules of `hotwash postmortem lint`',
    '',
    'Any Markdown can be linted. What needs more (the log, a head of hotwash) says so. Exit 9 when there is an error; with `--strict` also for a warning.',
    '',
    '| Rule | | It finds |',
    '|---|---|---|',
    ...RULES.map(
      ({ id, severity, reason }) =>
        `| [\`${id}\`](#${id}) | ${severity} | ${reason.replaceAll('|', '\\|')} |`,
    ),
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
    '## The rules',
    '',
    ...RULES.flatMap(ruleSection),
  ].join('\n')
