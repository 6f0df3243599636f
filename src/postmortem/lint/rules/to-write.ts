import { askOn } from '../../to-write.ts'
import type { LintRule } from '../rule.ts'

export const toWriteLeft: LintRule = {
  id: 'to-write-left',
  ofHotwash: true,
  severity: 'error',
  reason: 'A place that hotwash left for people is still empty: readers see a question, no answer.',
  suggestion: 'write what is asked for there, and delete the mark with its comment',
  good: 'Logins failed for one customer in three until the old key was put back.',
  bad: '> **To write:** two or three sentences for somebody who was not there.\n<!-- to-write: summary -->',
  check: ({ lines, asks }) =>
    [...asks].flatMap(([id, places]) =>
      places.map((line) => {
        const asked = askOn(lines[line - 2] ?? '')
        // What is asked for stands on the line that every format points at.
        const message = `${id} is still to be written`
        return { line: asked === undefined ? line : line - 1, column: 1, message }
      }),
    ),
}
