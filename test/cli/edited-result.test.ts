import { expect, test } from 'vitest'
import { editedResult } from '../../src/cli/rendering-result.ts'
import type { Issue } from '../../src/errors.ts'
import { readReport } from '../../src/usecases/report/current-report.ts'
import type { ReportPlace } from '../../src/usecases/report/report-place.ts'

const place = { path: 'postmortem.md' } as ReportPlace

const issuesOf = (head: string): Issue[] =>
  readReport(`---\nhotwash: 1\n${head}\n---\n\n# R\n`, place).issues

test.each([
  ['a head that a render would refuse is edited again', 'trigger: {', true, 'edit'],
  ['a good head is brought into the text', 'trigger: a release', true, 'render'],
  ['what was left as it is goes to its review', 'trigger: a release', false, 'review'],
])('%s', (_, head, changed, next) => {
  const edited = { path: 'p.md', branch: null, sha256: 'a'.repeat(64), to_write: [], conflicts: 0 }
  const { text } = editedResult({ ...edited, incident: 'i', issues: issuesOf(head), changed })
  expect(text).toMatch(new RegExp(`next: hotwash postmortem ${next} i$`))
})
