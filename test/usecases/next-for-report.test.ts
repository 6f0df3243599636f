import { expect, test } from 'vitest'
import { foldEvents } from '../../src/incident/fold.ts'
import { nextForReport } from '../../src/usecases/next-command.ts'
import { makeEvents, type TestDraft } from '../events.ts'

const declared: TestDraft = { type: 'incident.declared', data: { title: 'x', severity: 'SEV1' } }
const resolved: TestDraft = { type: 'incident.resolved', data: {} }
const sha256 = 'a'.repeat(64)
const rendered: TestDraft = {
  type: 'postmortem.rendered',
  data: { path: 'postmortem.md', template: 'brief', sha256, evidence: [] },
}
const asked: TestDraft = { type: 'postmortem.reviewed', data: { action: 'requested', sha256 } }

test.each<[string, TestDraft[], string]>([
  ['a report that was never written is drafted', [resolved], 'draft'],
  ['one that is older than the record is rendered again', [rendered, resolved], 'render'],
  ['one that says all that is known is read', [resolved, rendered], 'review'],
  ['a review that was begun goes on', [rendered, asked, resolved], 'review'],
])('%s', (_, drafts, verb) => {
  const state = foldEvents('x', makeEvents([declared, ...drafts]))
  expect(nextForReport(state)).toBe(`hotwash postmortem ${verb} x`)
})
