import { blankCode } from '../blank.ts'
import type { LintRule } from '../rule.ts'

const MARK = /<!-- to-write: ([a-z0-9_-]{1,60}) -->/

export const toWriteLeft: LintRule = {
  id: 'to-write-left',
  severity: 'error',
  reason: 'A place that hotwash left for people is still empty: readers see a question, no answer.',
  suggestion: 'write what is asked for there, and delete the mark with its comment',
  good: 'Logins failed for one customer in three until the old key was put back.',
  bad: '> **To write:** two or three sentences for somebody who was not there.\n<!-- to-write: summary -->',
  check: ({ lines }) =>
    lines.flatMap((text, index) => {
      const match = MARK.exec(text)
      if (match === null || !text.trimStart().startsWith('<!--')) return []
      const [, id = ''] = match
      const asked = /^> \*\*To write:\*\* (.*)/.exec(lines[index - 1] ?? '')?.[1]
      const message = `${id} is still to be written${asked === undefined ? '' : `: ${blankCode(asked).replace(/ {2,}/g, ' … ')}`}`
      return [{ line: asked === undefined ? index + 1 : index, column: 1, message }]
    }),
}
