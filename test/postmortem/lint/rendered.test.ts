import { describe, expect, it } from 'vitest'
import { lintReport } from '../../../src/postmortem/lint/lint-report.ts'
import { RULES } from '../../../src/postmortem/lint/rules.ts'
import { people, records } from '../records.ts'
import { filledIn, recordOf, rendered } from './rendered-report.ts'

const TEMPLATES = ['google-sre', 'brief', 'narrative', 'recovery']
const NOW = '2026-11-21T12:00:00Z'

/** The fixture leaves one field open on purpose. */
const complete = {
  ...people,
  actions: (people.actions ?? []).map((action) => ({ tracker: 'T-1', ...action })),
}
const known = records['everything known'] ?? []

const lint = (text: string, events = known) =>
  lintReport({ text, file: 'postmortem.md', record: recordOf(events), now: NOW })

describe('a report that nobody has written in', () => {
  it.each(TEMPLATES)(
    'of template %s lacks what people know, and nothing else',
    async (template) => {
      const wanted = new Set(['to-write-left', 'no-detection', 'no-impact-numbers'])
      for (const events of Object.values(records)) {
        const text = await rendered({ template, events })
        const found = lint(text, events)
        const marks = text.match(/^<!-- to-write: /gm) ?? []
        expect(found.filter(({ rule }) => rule === 'to-write-left')).toHaveLength(marks.length)
        expect(found.filter(({ rule }) => !wanted.has(rule))).toEqual([])
      }
    },
    30_000,
  )
})

describe('a report in which all is written', () => {
  it.each(TEMPLATES)('of template %s has no finding', async (template) => {
    for (const events of [known, records['a fix that failed'] ?? []]) {
      const text = await rendered({ template, events, people: complete })
      expect(lint(filledIn(text, complete), events)).toEqual([])
    }
  })

  it('tells the one field that is open', async () => {
    const text = await rendered({ template: 'google-sre', events: known, people })
    const found = lint(filledIn(text, people))
    expect(found.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      'action-tracker: action order has no tracker',
    ])
  })
})

/** Each changes one thing; what is expected is all that lint says then. */
const FAULTS: readonly [string, (text: string) => string, string[]][] = [
  ['a mark is put back', (text) => text.replace('It is written here.', '> **To write:** x\n<!-- to-write: summary -->'), ['to-write-left']],
  ['the time of a row is changed by ten minutes', (text) => text.replace(/^\| (2026-11-21 10):0(\d:\d\d) /m, '| $1:1$2 '), ['timeline-vs-log']],
  ['a metric is changed', (text) => text.replace(/^(\| Time to detect +\| )[^|]*/m, '$12 h 05 min '), ['metric-vs-log']],
  ['the head says another declaration', (text) => text.replace(/^declared_at: "2026-11-21T10/m, 'declared_at: "2026-11-21T11'), ['head-vs-log']],
  ['the head says another severity', (text) => text.replace(/^severity: "SEV1"/m, 'severity: "SEV3"'), ['head-vs-log']],
  ['a citation has no footnote', (text) => text.replace('It is written here.', 'It was the release [^e7777].'), ['citation-undefined']],
  ['a footnote is of no event', (text) => `${text.replace('It is written here.', 'It was the release [^e7777].')}[^e7777]: \`note.added\` (event 7777), 2026-11-21 10:00:00.000 UTC, Maria Example on laptop.\n`, ['citation-unknown-event']],
  ['a footnote names another person', (text) => text.replace(/^(\[\^e1\]: .* UTC, )Maria Example/m, '$1Kim Example'), ['citation-disagrees']],
  ['a footnote names another time', (text) => text.replace(/^(\[\^e1\]: .* 2026-11-21 10:0)0/m, '$13'), ['citation-disagrees']],
  ['a row cites another step', (text) => text.replace(/^(\| \d+ +\| `fix`.*\|) \[[^|]*\|$/m, '$1 [^e7] |'), ['citation-of-other-step']],
  ['a row loses its citation', (text) => text.replace(/^(\| 2026-11-21 .*\|) \[\^e\d+\] \|$/m, '$1 |'), ['uncited']],
  ['a metric loses its citations', (text) => text.replace(/^\| Time to resolve .*$/m, (row) => row.replace(/ ?\[\^e\d+\]/g, '')), ['uncited']],
  ['an action of the table is not in the head', (text) => text.replace(/^(\| Action .*\n\| -.*\n)/m, (rows) => `${rows}| Rotate keys by a job${' |'.repeat((rows.split('\n')[0]?.match(/\|/g)?.length ?? 2) - 1)}\n`), ['action-not-in-head']],
  ['a person is the cause', (text) => text.replace('It is written here.', 'The engineer forgot to run the migration.'), ['person-failed']],
  ['an action has no owner', (text) => text.replace('    owner: jon@example.test\n', ''), ['action-owner']],
  ['no action prevents', (text) => text.replace('    type: prevent\n', '    type: detect\n'), ['no-prevent-action']],
  ['the head has a mistake', (text) => text.replace('    type: prevent\n', '    type: prevnt\n'), ['head-invalid']],
  ['the impact is said to have lasted longer', (text) => text.replace('It is written here.', 'The outage lasted 55 minutes.'), ['duration-in-prose']],
  ['an order is changed in prose', (text) => text.replace('It is written here.', '- 10:05 one\n- 10:20 two\n- 10:10 three\n- 10:30 four'), ['timeline-order']],
] // prettier-ignore

describe('a planted fault', () => {
  it.each(FAULTS)('%s: is found, and nothing else is', async (_, plant, wanted) => {
    const text = filledIn(
      await rendered({ template: 'google-sre', events: known, people: complete }),
      complete,
    )
    const changed = plant(text)
    expect(changed).not.toBe(text)
    expect([...new Set(lint(changed).map(({ rule }) => rule))]).toEqual(wanted)
  })

  it('is looked for by every rule of the log', () => {
    const planted = new Set(FAULTS.flatMap(([, , rules]) => rules))
    const ofLog = RULES.filter(({ needs }) => needs === 'record').map(({ id }) => id)
    expect(ofLog.filter((id) => !planted.has(id))).toEqual([])
  })
})
