/** One draft of every type of event there is. */
import type { TestDraft } from '../events.ts'

const digest = 'a'.repeat(64)
const runbook = {
  name: 'Login fails',
  path: 'runbooks/login.yaml',
  sha256: digest,
  includes: [
    { name: 'save', from: 'runbooks/login.yaml', path: 'runbooks/save.yaml', sha256: digest },
  ],
}
const step = { run: 'r1', step: 'fix' } as const

export const every: TestDraft[] = [
  { type: 'incident.declared', data: { title: 'Login fails', severity: 'SEV2' } },
  { type: 'incident.declared', data: { title: 'Drill', severity: 'SEV2', drill: true } },
  {
    type: 'incident.declared',
    data: {
      title: 'Imported',
      severity: 'not known',
      imported: { day: '2026-11-20' },
      effective_at: '2026-11-20T10:00:00.000Z',
      precision: 'minute',
      source: 'old-report.md',
    },
  },
  {
    type: 'incident.updated',
    data: {
      status: 'acknowledged',
      title: 'Login is down',
      severity: 'SEV1',
      detected_at: '2026-11-21T09:59:00.000Z',
      impact_start: '2026-11-21T09:50:00.000Z',
      effective_at: '2026-11-21T10:00:00.000Z',
      reason: 'phone call',
    },
  },
  {
    type: 'incident.updated',
    data: {
      status: 'mitigated',
      effective_at: '2026-11-21T10:00:00.000Z',
      impact_start: '2026-11-21T09:50:00.000Z',
      precisions: { effective_at: 'minute', impact_start: 'about' },
      source: 'load balancer log',
    },
  },
  { type: 'incident.resolved', data: { reason: 'logins work' } },
  {
    type: 'incident.resolved',
    data: { effective_at: '2026-11-21T10:00:00.000Z', precision: 'about', source: 'chat' },
  },
  { type: 'incident.closed', data: {} },
  { type: 'note.added', data: { text: 'seen in EU' } },
  {
    type: 'note.added',
    data: {
      text: 'restarted the pool',
      effective_at: '2026-11-21T10:00:00.000Z',
      precision: 'minute',
      source: 'chat',
      by: 'omar',
      corrects: 'e8',
    },
  },
  { type: 'command.recorded', data: { argv: ['ss', '-ltn'], duration_ms: 30, exit_code: 0 } },
  {
    type: 'run.started',
    run: 'r1',
    data: {
      runbook,
      inputs: { environment: 'staging', count: 3 },
      guided: false,
      yes: true,
      from: 'fix',
      steps: [{ id: 'fix', kind: 'run', name: 'Fix', always: false }],
    },
  },
  { type: 'run.paused', run: 'r1', data: { why: 'operator', reason: 'quit' } },
  { type: 'run.resumed', run: 'r1', data: { runbook, guided: true, yes: false } },
  { type: 'run.finished', run: 'r1', data: { status: 'stopped', reason: 'step fix failed' } },
  { type: 'input.changed', run: 'r1', data: { name: 'count', value: 4, was: 3 } },
  {
    type: 'step.started',
    ...step,
    attempt: 2,
    data: {
      kind: 'run',
      name: 'Fix',
      effect: 'change',
      preview: './fix',
      digest,
      timeout_ms: null,
    },
  },
  {
    type: 'step.finished',
    ...step,
    data: {
      status: 'failed',
      duration_ms: 10,
      signal: 'SIGKILL',
      retry_in_ms: 2000,
      interrupted: true,
    },
  },
  { type: 'step.skipped', ...step, data: { reason: 'when is false', by: 'when' } },
  { type: 'step.settled', ...step, data: { as: 'done', how: 'hand', evidence: 'looked at it' } },
  {
    type: 'gate.opened',
    ...step,
    data: { gate: 'confirm', question: 'Really?', digest, accepts: {} },
  },
  {
    type: 'gate.answered',
    ...step,
    data: { gate: 'ask', digest, answer: { values: { n: 1 } }, secret_values: ['pin'] },
  },
  { type: 'undo.started', ...step, data: { kind: 'run', preview: './unfix', digest } },
  { type: 'undo.finished', ...step, data: { status: 'unknown', duration_ms: 5 } },
  { type: 'rollback.requested', run: 'r1', data: { reason: 'wrong fix', to: 'fix' } },
  { type: 'rollback.requested', run: 'r1', data: { reason: 'all went well', rehearsal: true } },
  { type: 'finding.made', data: { says: 'two env files' } },
  {
    type: 'finding.made',
    ...step,
    data: { says: 'backend/.env wins', category: 'config', confidence: 'confirmed' },
  },
  {
    type: 'finding.made',
    ...step,
    data: {
      says: 'no byte code is older than its source',
      category: 'unknown',
      confidence: 'rejected',
      hypothesis: 'a stale byte-code cache',
    },
  },
  {
    type: 'postmortem.rendered',
    data: { path: 'postmortem.md', template: 'google-sre', sha256: digest },
  },
  {
    type: 'postmortem.reviewed',
    data: {
      action: 'changes_requested',
      sha256: digest,
      content: digest,
      reason: 'no impact numbers',
    },
  },
  {
    type: 'postmortem.published',
    data: {
      template: 'public',
      source: digest,
      files: [{ path: 'public.md', sha256: digest, bytes: 12 }],
      forced: 'customers were waiting',
    },
  },
  {
    type: 'postmortem.imported',
    data: {
      file: 'old.md',
      evidence: [{ label: 'source', sha256: digest, bytes: 10 }],
      placed: 12,
      unplaced: 1,
    },
  },
  {
    type: 'action.checked',
    data: {
      action: 'a1',
      status: 'failed',
      preview: 'npm test',
      criterion: digest,
      duration_ms: 900,
      exit_code: 1,
    },
  },
  { type: 'action.closed', data: { action: 'a1', evidence: 'the alert fired in the drill' } },
  {
    type: 'action.synced',
    data: {
      action: 'a1',
      to: 'github',
      url: 'https://github.example.test/1',
      number: 1,
      state: 'open',
    },
  },
  {
    type: 'log.recovered',
    data: { log: 'maria.jsonl', at_byte: 100, quarantined_bytes: 7, file: 'torn-1' },
  },
]
