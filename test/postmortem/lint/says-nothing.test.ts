import { expect, test } from 'vitest'
import { headed } from '../../../src/postmortem/lint/examples.ts'
import { lintReport } from '../../../src/postmortem/lint/lint-report.ts'

const says = (text: string): string[] =>
  lintReport({ text, file: 'a.md' }).flatMap(({ rule, message }) =>
    rule === 'says-nothing' ? [message] : [],
  )

const OWN = headed().slice(0, headed().indexOf('# Logins failed'))

test.each([
  ['no byte', ''],
  ['blank lines', ' \n\n\t\n'],
  ['headings alone', '# Logins failed\n\n## Impact\n\n## Timeline\n'],
  ['comments alone', '# Logins failed\n\n<!-- later\nor never -->\n'],
  ['a table without rows', '# Logins failed\n\n| Time | What |\n|---|---|\n'],
  ['footnotes alone', '# Logins failed\n\n[^e4]: `step.finished` (event 4)\n'],
])('a document with %s says nothing', (_, text) => {
  expect(says(text)).toEqual(['the document says nothing'])
})

test('of a report of hotwash more is expected than a word', () => {
  expect(says(OWN)).toEqual(['the document says nothing'])
  expect(says(`${OWN}# Logins failed\n\nSee the chat.\n`)).toEqual([
    'the report says next to nothing',
  ])
})

test.each([
  ['a short note of somebody', '# Logins failed\n\nSee the chat.\n'],
  ['one without a heading', 'Builds failed from 14:05 to 14:47 UTC.\n'],
  ['one between two rules', '---\n\n# Logins failed\n\nDate: 2026-03-04\n\n---\n'],
  ['a picture', '![the graph of errors](errors.png)\n'],
  ['code', '```\nERROR pool exhausted\n```\n'],
  ['a table of HTML', '<table><tr><td>10:15</td><td>alert</td></tr></table>\n'],
  ['another script', '# 障害\n\nログインできない\n'],
  ['a report that waits to be written', `${OWN}> **To write:** x\n<!-- to-write: summary -->\n`],
])('%s is not blamed', (_, text) => {
  expect(says(text)).toEqual([])
})
