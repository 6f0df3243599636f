/** A login outage as events: observed, backed up, fixed (well or badly), validated, maybe undone. */
import type { Check } from '../../src/incident/event.ts'
import { sha256 } from '../../src/runbook/digest.ts'
import { JON, makeEvents, type TestDraft } from '../events.ts'
import type { IncidentEvent } from '../../src/incident/event.ts'

export const RUNBOOK = {
  name: 'Login fails - column does not exist',
  path: 'runbooks/login.yaml',
  sha256: sha256('hotwash: 1\n'),
}
export const LOG = `${'line\n'.repeat(20)}Error: column "password_hash" does not exist\n`

const DIFF = '.env:\n  - DATABASE_URL\n  + DATABASE_URL, JWT_SECRET\n'

const run = 'r1'
const step = (
  id: string,
  kind: string,
  rest: {
    effect?: 'read' | 'change' | 'destroy'
    preview?: string
    undo?: { kind: string; preview: string }
    observe?: boolean
    attempt?: number
    finished: Extract<TestDraft, { type: 'step.finished' }>['data']
  },
): TestDraft[] => {
  const preview = rest.preview ?? `${kind} ${id}`
  const attempt = rest.attempt ?? 1
  return [
    {
      type: 'step.started',
      run,
      step: id,
      attempt,
      data: {
        kind,
        name: `The step ${id}`,
        effect: rest.effect ?? 'read',
        preview,
        digest: sha256(preview),
        timeout_ms: 120_000,
        ...(rest.undo === undefined ? {} : { undo: rest.undo }),
        ...(rest.observe === undefined ? {} : { observe: rest.observe }),
      },
    },
    {
      type: 'step.finished',
      run,
      step: id,
      attempt,
      afterMs: rest.finished.duration_ms,
      data: rest.finished,
    },
  ]
}

const checks = (logins: number): Check[] => [
  {
    name: 'valid_login',
    status: logins > 0 ? 'passed' : 'failed',
    seen: logins > 0 ? 'status 200' : 'status 500',
    wanted: 'status == 200',
  },
  {
    name: 'concurrent_logins',
    status: logins === 16 ? 'passed' : 'failed',
    seen: `${logins} of 16`,
    wanted: '16 of 16',
  },
  { name: 'survives', status: 'not_checked', seen: '', wanted: '' },
]

const kept = (label: string, text: string) => ({
  label,
  sha256: sha256(text),
  bytes: Buffer.byteLength(text),
})

const ids = ['before', 'backup', 'approve_fix', 'fix', 'validate', 'after']
const kinds = ['login', 'backup', 'approve', 'run', 'login', 'snapshot']

const begin: TestDraft[] = [
  {
    type: 'incident.declared',
    data: { title: RUNBOOK.name, severity: 'SEV2', runbook: RUNBOOK.path },
  },
  {
    type: 'run.started',
    run,
    data: {
      runbook: RUNBOOK,
      inputs: { environment: 'staging', max_conn: 300 },
      guided: true,
      yes: false,
      steps: ids.map((id, n) => ({
        id,
        kind: kinds[n] ?? 'run',
        name: `The step ${id}`,
        always: id === 'after',
      })),
    },
  },
  ...step('before', 'login', {
    observe: true,
    finished: { status: 'succeeded', duration_ms: 2_310, checks: checks(1) },
  }),
  ...step('backup', 'backup', {
    effect: 'change',
    preview: 'pg_dump -Fc app',
    finished: {
      status: 'succeeded',
      duration_ms: 61_200,
      outputs: {
        file: '/home/maria/.local/state/hotwash/app.dump',
        bytes: 1_234_567,
        sha256: sha256('dump'),
      },
      notes: [
        'backup /home/maria/.local/state/hotwash/app.dump: 1234567 bytes, 3 tables, 12345 rows, read back to its end',
      ],
    },
  }),
  {
    type: 'gate.opened',
    run,
    step: 'approve_fix',
    data: { gate: 'approve', question: 'Apply the fix?', digest: sha256('q'), accepts: {} },
  },
  {
    type: 'gate.answered',
    run,
    step: 'approve_fix',
    actor: JON,
    afterMs: 92_000,
    data: {
      gate: 'approve',
      digest: sha256('q'),
      answer: { approve: true, reason: 'staging only' },
    },
  },
  {
    type: 'step.finished',
    run,
    step: 'approve_fix',
    data: { status: 'succeeded', duration_ms: 92_000 },
  },
  { type: 'note.added', actor: JON, data: { text: 'support has 14 tickets | all from EU' } },
  ...step('fix', 'run', {
    effect: 'change',
    preview: './ops/use-env.sh backend | tee out',
    undo: { kind: 'run', preview: './ops/use-env.sh root' },
    finished: {
      status: 'succeeded',
      duration_ms: 3_240,
      exit_code: 0,
      evidence: [kept('stdout', 'switched\n')],
    },
  }),
]

const after = step('after', 'snapshot', {
  finished: {
    status: 'succeeded',
    duration_ms: 400,
    evidence: [kept('snapshot', '{}'), kept('diff', DIFF)],
    notes: ['differs from step before in: .env'],
  },
})

export const goodFix: TestDraft[] = [
  ...begin,
  ...step('validate', 'login', {
    finished: { status: 'succeeded', duration_ms: 4_120, checks: checks(16) },
  }),
  ...after,
  { type: 'run.finished', run, data: { status: 'succeeded' } },
  { type: 'incident.updated', data: { status: 'mitigated' } },
  { type: 'incident.resolved', data: { reason: 'logins work' } },
]

export const wrongFix: TestDraft[] = [
  ...begin,
  ...step('validate', 'login', {
    finished: {
      status: 'failed',
      duration_ms: 4_120,
      reason: '1 of 3 checks failed',
      checks: checks(3),
      evidence: [kept('log', LOG)],
    },
  }),
  { type: 'rollback.requested', run, data: { reason: 'step validate failed' } },
  {
    type: 'undo.started',
    run,
    step: 'fix',
    data: { kind: 'run', preview: './ops/use-env.sh root', digest: sha256('u') },
  },
  {
    type: 'undo.finished',
    run,
    step: 'fix',
    data: { status: 'succeeded', duration_ms: 812, exit_code: 0, evidence: [] },
  },
  ...after,
  {
    type: 'run.finished',
    run,
    data: { status: 'rolled_back', reason: 'step validate failed' },
  },
]

export const outage = (drafts: readonly TestDraft[]): IncidentEvent[] => makeEvents(drafts)

/** What the evidence store would answer. */
export const readEvidence = (digest: string): string | undefined =>
  [LOG, DIFF, 'switched\n', '{}'].find((text) => sha256(text) === digest)
