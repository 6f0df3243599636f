import { expect, it } from 'vitest'
import { fillDraft } from '../../src/import/fill-draft.ts'
import { readReport } from '../../src/import/read-report.ts'

const DRAFT = `---
trigger: null # what set it off
lucky: null # by chance
---

# Post-mortem

## Summary

> **To write:** two or three sentences,
> for somebody.
<!-- to-write: summary -->

## Timeline

| a |
`

const fill = (text: string): string => fillDraft(DRAFT, readReport({ text, file: 'a.md' }), 'a.md')

it('fields come into the head, sections to their place, the rest below', () => {
  const text = fill(
    '# T\n\n## Summary\n\nIt broke $& `a: b`.\n\n## Trigger\n\nA "quoted": word\n\n## Other\n\nx\n',
  )
  expect(text).toBe(`---
trigger: 'A "quoted": word'
lucky: null # by chance
---

# Post-mortem

## Summary

It broke $& \`a: b\`.

## Timeline

| a |

## As it was imported from \`a.md\`

The document in its own words, but for what stands above already. Take from it what belongs above, then delete this section.

### T

#### Summary

(It stands above, as the summary.)

#### Trigger

A "quoted": word

#### Other

x
`)
})

it.each(['```\nopen', '<!-- open', '<details>'])(
  'what is never closed swallows nothing: %j',
  (open) => {
    const text = fill(`# T\n\n## Summary\n\n${open}\n`)
    expect(text).toContain('<!-- to-write: summary -->')
    expect(text.indexOf(open)).toBeGreaterThan(text.indexOf('| a |'))
  },
)

it('a title that is underlined keeps its words', () => {
  const text = fill('T\n=\n\nSummary\n-------\n\nIt broke.\n\nNext\n----\n\ny\n')
  expect(text).toContain('## Summary\n\nIt broke.\n\n## Timeline')
  expect(text).toContain('#### Next\n\ny')
})

it('marks of hotwash and git in the source are words, and no marks of this report', () => {
  const text = fill(
    [
      '# T\n\n## Trigger\n\nSee [^e2].\n\n## Summary\n\nIt broke [^e1].\n\n## Impact\n\n> **To write:** x\n<!-- to-write: summary -->',
      '<!-- hotwash-waive blame: y -->\n\n[^e1]: not an event\n[^x]: a note\n\n---\nstatus: closed\nlater: z\n---\n',
      '```\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> branch\n```\n',
    ].join('\n'),
  )
  expect(text).toContain('It broke [^source-e1].')
  expect(text).toContain('trigger: See [^source-e2].')
  expect(text).toContain('[^source-e1]: not an event\n[^x]: a note')
  expect(text).not.toMatch(/^<{7}|^>{7}|\[\^e\d|<!-- ?(?:to-write|hotwash)/m)
  expect(text).toContain('<<<<<<< HEAD\nours\n=======\ntheirs\n')
  expect(text).toContain('status: closed later: z\n\n')
})
