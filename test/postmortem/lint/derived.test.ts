import { describe, expect, it } from 'vitest'
import { lintReport } from '../../../src/postmortem/lint/lint-report.ts'
import { people, records } from '../records.ts'
import { filledIn, recordOf, rendered } from './rendered-report.ts'

const complete = {
  ...people,
  actions: (people.actions ?? []).map((action) => ({ tracker: 'T-1', ...action })),
}
const known = records['everything known'] ?? []
const now = '2026-11-21T12:00:00Z'

const lint = (text: string): string[] =>
  lintReport({ text, file: 'postmortem.md', record: recordOf(known), now }).map(
    ({ rule, severity, line }) => `${line} ${severity} ${rule}`,
  )
const report = async (template: string): Promise<string> =>
  filledIn(await rendered({ template, events: known, people: complete }), complete)
const lineOf = (text: string, part: string): number =>
  text.split('\n').findIndex((line) => line.includes(part)) + 1

describe('prose that hotwash derives from the log', () => {
  it.each([
    ['google-sre', 'The run of `'],
    ['pagerduty', 'The run of `'],
    ['brief', '**Response:** The run of `'],
    ['brief', '**Cause:** '],
    ['google-sre', '- a migration renamed a column (likely'],
    ['google-sre', '- two env files (possible)'],
  ])('of template %s is found without its citations: %s', async (template, start) => {
    const text = await report(template)
    const line = lineOf(text, start)
    expect(line).toBeGreaterThan(0)
    const bare = text
      .split('\n')
      .map((one, index) => (index === line - 1 ? one.replace(/ ?\[\^e\d+\]/g, '') : one))
      .join('\n')
    expect(lint(text)).toEqual([])
    expect(lint(bare)).toEqual([`${line} warning uncited`])
  })

  it('may have a person’s item between its own, which is a note and fails nothing', async () => {
    const text = await report('narrative')
    const row = '- **2026-11-21 10:01:10**'
    const added = text.replace(row, () => `- **10:01** Kim Example calls the vendor\n${row}`)
    expect(lint(added)).toEqual([`${lineOf(added, 'Kim Example calls')} note uncited`])
  })

  it('is not looked for among words of people', async () => {
    const text = await report('google-sre')
    const words =
      'It took us 20 minutes (likely).\n\n- 300 users wrote to us\n- the queue was full\n- 12 of them twice'
    expect(lint(text.replace('It is written here.', words))).toEqual([])
    const factor = text.replace('- `health`:', '- `health`:')
    expect(lint(factor.replace('Nobody could log in\n', 'Nobody could log in (likely)\n'))).toEqual(
      [],
    )
  })
})

const IMPORTED = `
## As it was imported from \`old.md\`

### Timeline

| Time | What | Source |
| --- | --- | --- |
| 2026-11-21 09:50 | Incident declared[^e7777] | chat |
| 2026-11-21 11:00 | Incident resolved | |

- the queue was full (confirmed)

### Timeline

<!-- to-write: summary -->

| Metric | Value |
| --- | --- |
| Time to detect | 9 min |

### Action items

| Action | Owner | Due | Ticket |
| --- | --- | --- | --- |
| Rotate keys by a job | Kim Example | 2026-12-01 | T-4 |
`

describe('the document that was imported', () => {
  it('is not judged as words of hotwash, nor held against what was corrected since', async () => {
    expect(lint((await report('google-sre')) + IMPORTED)).toEqual([])
  })

  it('is held against itself', async () => {
    const claims =
      '\n- First detected: 2026-11-21 09:50\n- Resolved: 2026-11-21 11:00\n- Time to resolve: 2h 0m\n'
    const text = (await report('google-sre')) + IMPORTED + claims
    expect(lint(text)).toEqual([`${lineOf(text, 'Time to resolve: 2h')} error duration-mismatch`])
  })

  it('elsewhere is a section like any other', () => {
    const text = `# A\n${IMPORTED}`
    expect(lintReport({ text, file: 'a.md' }).map(({ rule }) => rule)).toContain('to-write-left')
  })
})

describe('a mark', () => {
  it('in the head, or shown as code, asks for nothing', async () => {
    const text = await report('google-sre')
    const head = text.replace('detection_source:', '# <!-- to-write: x -->\ndetection_source:')
    const block = text.replace(
      'impact:\n',
      'roles_note: |\n  <!-- to-write: x -->\n  [^e999]\nimpact:\n',
    )
    expect(lint(head)).toEqual([])
    expect(lint(block).filter((one) => !one.endsWith('head-invalid'))).toEqual([])
    expect(lint(text.replace('It is written here.', '```\n<!-- to-write: x -->\n```'))).toEqual([])
  })
})
