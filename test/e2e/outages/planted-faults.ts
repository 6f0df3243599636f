/** One fault each, planted into a report that is complete and true: what lint must say, and no more. */

export type Fault = {
  rule: string
  plant: (text: string) => string
  /** The finding names a second place beside its own. */
  both?: true
}

/** Behind the words of a person. */
const say =
  (words: string) =>
  (text: string): string =>
    text.replace(/^(## Impact\n\n)/m, `$1${words}\n\n`)

const line = (text: string, form: RegExp): string => form.exec(text)?.[0] ?? ''

/** Each row of the timeline with a time of its own. */
const rowsOf = (text: string): string[] => {
  const rows = text
    .slice(text.indexOf('\n## Timeline'))
    .split('\n')
    .filter((row) => /^\| \d{4}-/.test(row))
  return rows.filter((row, index) => row.slice(0, 21) !== rows[index - 1]?.slice(0, 21))
}

const swapRows = (text: string): string => {
  const [one = '', other = ''] = rowsOf(text)
  return text.replace(`${one}\n${other}`, `${other}\n${one}`)
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

const dayOf = (text: string): string => /^declared_at: "(\d{4}-\d\d-\d\d)/m.exec(text)?.[1] ?? ''

const wrongWeekday = (text: string): string => {
  const day = dayOf(text)
  const wrong = WEEKDAYS[(new Date(`${day}T00:00:00Z`).getUTCDay() + 1) % 7]
  return say(`It came back on ${wrong}, ${day}.`)(text)
}

/** Three lines of a person, of which one is dated a year before. */
const lastYear = (text: string): string => {
  const day = dayOf(text)
  const before = `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`
  const rows = [`${day} 00:15 calls`, `${before} 00:40 more of them`, `${day} 00:55 none`]
  return say(rows.map((row) => `- ${row}`).join('\n'))(text)
}

/** The cell behind the last pipe but one. */
const recited = (row: string, cites: string): string => row.replace(/\|[^|]*\|$/, `| ${cites} |`)

const stepRow = (text: string): string => line(text, /^\| \d+ +\| `fix\w*` .*$/m)

const firstMark = (text: string): string => line(text, /\[\^e\d+\](?=: step `reachable`)/m)

const TOTALS =
  '| Region | Failed |\n| --- | --- |\n| north | 120 |\n| south | 80 |\n| Total | 210 |'

export const FAULTS: Readonly<Record<string, Fault>> = {
  'a metric that the times do not give': {
    rule: 'metric-vs-log',
    plant: (text) => text.replace(/^(\| Time to mitigate +\| )[^|]*/m, '$13 h 05 min '),
  },
  'a duration in prose that the times do not give': {
    rule: 'duration-in-prose',
    plant: say('The outage lasted 3 hours.'),
    both: true,
  },
  'two times and their distance': {
    rule: 'range-duration',
    plant: say('Logins failed from 23:50 to 00:35 UTC (55 minutes).'),
    both: true,
  },
  'rows of the timeline in another order': { rule: 'timeline-order', plant: swapRows, both: true },
  'a total that is not the sum': { rule: 'sum-mismatch', plant: say(TOTALS), both: true },
  'a share that is not the quotient': {
    rule: 'percent-mismatch',
    plant: say('Logins failed for 12 of 40 customers (50 %).'),
  },
  'a moment in two zones': {
    rule: 'zone-mismatch',
    plant: say('It came back at 13:25 UTC (14:25 CEST).'),
    both: true,
  },
  'a day that is another weekday': { rule: 'weekday-mismatch', plant: wrongWeekday },
  'a date of the year before': { rule: 'date-typo', plant: lastYear },
  'a row of the timeline with another time than its event': {
    rule: 'timeline-vs-log',
    plant: (text) => {
      const row = rowsOf(text).at(-1) ?? ''
      return text.replace(row, row.replace(/^\| (\d{4}-\d\d-\d\d) \d\d:\d\d/, '| $1 00:01'))
    },
  },
  'a citation of the event of another step': {
    rule: 'citation-of-other-step',
    plant: (text) => text.replace(stepRow(text), recited(stepRow(text), firstMark(text))),
    both: true,
  },
  'a row that cites nothing any more': {
    rule: 'uncited',
    plant: (text) => text.replace(stepRow(text), recited(stepRow(text), '')),
  },
  'a citation without a footnote': {
    rule: 'citation-undefined',
    plant: say('It came back.[^e7777]'),
  },
  'a footnote of another moment': {
    rule: 'citation-disagrees',
    plant: (text) => text.replace(/^(\[\^e4\]: .* )\d{4}(-\d\d-\d\d )/m, '$12019$2'),
  },
  'a person as the cause': {
    rule: 'person-failed',
    plant: say('The engineer forgot to run the migration.'),
  },
  'an action without an owner': {
    rule: 'action-owner',
    plant: (text) => text.replace(/^ {4}owner: .*\n/m, ''),
  },
  'an action without an end': {
    rule: 'action-done-when',
    plant: (text) => text.replace(/^ {4}done_when: .*\n/m, ''),
  },
  'an action that nobody can tell to be done': {
    rule: 'vague-action',
    plant: (text) => text.replace(/^(## Action items\n\n)/m, '$1- Improve the tests\n\n'),
  },
  'no action that prevents it': {
    rule: 'no-prevent-action',
    plant: (text) => text.replace(/^ {4}type: prevent$/m, '    type: repair'),
  },
  'a head that says another severity': {
    rule: 'head-vs-log',
    plant: (text) => text.replace(/^severity: .*$/m, 'severity: "SEV4"'),
  },
  'a place that still waits for words': {
    rule: 'to-write-left',
    plant: say('> **To write:** who was hit?\n<!-- to-write: impact -->'),
  },
}
