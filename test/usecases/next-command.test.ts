import { expect, test } from 'vitest'
import { foldEvents } from '../../src/incident/fold.ts'
import { nextCommand, nextForReport } from '../../src/usecases/next-command.ts'
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

const RUN = { run: 'r' } as const
const started: TestDraft = {
  ...RUN,
  type: 'run.started',
  data: {
    runbook: { name: 'Fix', path: 'runbooks/fix.yaml', sha256 },
    inputs: {},
    guided: false,
    yes: true,
    steps: [{ id: 'fix', kind: 'run', name: 'Fix', always: false }],
  },
}
const ended = (status: 'succeeded' | 'failed' | 'rolled_back'): TestDraft => ({
  ...RUN,
  type: 'run.finished',
  data: { status },
})
const mitigated: TestDraft = { type: 'incident.updated', data: { status: 'mitigated' } }
const drill: TestDraft = {
  type: 'incident.declared',
  data: { title: 'x', severity: 'SEV1', drill: true },
}

const RUNBOOK = 'hotwash run RUNBOOK --incident x'
test.each<[string, TestDraft[], string | undefined]>([
  ['while nothing was tried, a runbook', [declared], RUNBOOK],
  ['while a run is at work, nothing', [declared, started], undefined],
  [
    'after a run that helped, the end',
    [declared, started, ended('succeeded')],
    'hotwash resolve x',
  ],
  ['after one that was undone, another', [declared, started, ended('rolled_back')], RUNBOOK],
  [
    'after one that failed and left nothing, another',
    [declared, started, ended('failed')],
    RUNBOOK,
  ],
  [
    'once it is mitigated, the end',
    [declared, started, ended('rolled_back'), mitigated],
    'hotwash resolve x',
  ],
  ['once it is mitigated by hand, the end', [declared, mitigated], 'hotwash resolve x'],
  [
    'once it is over, the report',
    [declared, started, ended('rolled_back'), resolved],
    'hotwash postmortem draft x',
  ],
  [
    'of a drill, what it showed',
    [drill, started, ended('rolled_back'), resolved],
    'hotwash show x',
  ],
  [
    'once it is closed, nothing',
    [declared, resolved, { type: 'incident.closed', data: {} }],
    undefined,
  ],
])('%s comes next', (_, drafts, command) => {
  expect(nextCommand(foldEvents('x', makeEvents(drafts)))).toBe(command)
})
