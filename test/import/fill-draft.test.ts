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
