/** Records of every kind that a template must tell: for tests over all templates. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IncidentEvent } from '../../src/incident/event.ts'
import type { FrontMatter } from '../../src/postmortem/front-matter/schema.ts'
import { sha256 } from '../../src/runbook/digest.ts'
import { JON, makeEvents, type TestDraft } from '../events.ts'
import { every } from '../incident/every-event.ts'
import { goodFix, outage, readEvidence as evidenceOfOutage, wrongFix } from './outage.ts'

const [YEAR = ''] = readdirSync('incidents')
const SAMPLE = join('incidents', YEAR, readdirSync(join('incidents', YEAR))[0] ?? '')

const sample = (): IncidentEvent[] =>
  readdirSync(join(SAMPLE, 'log')).flatMap((file) =>
    readFileSync(join(SAMPLE, 'log', file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as IncidentEvent),
  )

const kept = (folder: string, name: string): string | undefined => {
  try {
    return readFileSync(join(SAMPLE, folder, name), 'utf8')
  } catch {
    return undefined
  }
}

export const readEvidence = (digest: string): string | undefined =>
  evidenceOfOutage(digest) ?? kept('evidence', digest)
export const readRunbook = (digest: string): string | undefined =>
  kept('runbooks', `${digest}.yaml`)

const declared: TestDraft = {
  type: 'incident.declared',
  data: { title: 'Login fails', severity: 'SEV2' },
}

/** The undo of a fix that failed, and was finished by hand. */
const undoFailed: TestDraft[] = wrongFix.flatMap((draft): TestDraft[] =>
  draft.type === 'undo.finished'
    ? [
        {
          ...draft,
          data: { ...draft.data, status: 'failed', reason: 'exit code 1: no space left' },
        },
      ]
    : [draft],
)

const asDrill = (drafts: readonly TestDraft[]): TestDraft[] =>
  drafts.map((draft): TestDraft => {
    if (draft.type === 'incident.declared')
      return { ...draft, data: { ...draft.data, drill: true } }
    if (draft.type === 'run.started') return { ...draft, data: { ...draft.data, rehearsal: true } }
    return draft
  })

const times: TestDraft[] = [
  {
    type: 'incident.updated',
    data: {
      impact_start: '2026-11-21T09:40:00.000Z',
      detected_at: '2026-11-21T09:55:00.000Z',
      precisions: { impact_start: 'about', detected_at: 'minute' },
      source: 'pager',
    },
  },
  {
    type: 'note.added',
    data: {
      text: 'the release went out',
      effective_at: '2026-11-21T09:30:00.000Z',
      precision: 'minute',
      source: 'chat',
    },
  },
  { type: 'incident.updated', data: { severity: 'SEV1', reason: 'it is production, too' } },
]

const claim = 'a migration renamed a column'
const findings: TestDraft[] = [
  {
    type: 'finding.made',
    run: 'r1',
    step: 'before',
    data: {
      says: 'the service asks for a column that is gone',
      confidence: 'likely',
      category: 'database',
      hypothesis: claim,
    },
  },
  {
    type: 'finding.made',
    run: 'r1',
    step: 'before',
    data: {
      says: 'the service answers',
      confidence: 'rejected',
      hypothesis: 'the service is down',
    },
  },
  {
    type: 'finding.made',
    run: 'r1',
    step: 'before',
    data: { says: 'two env files', confidence: 'possible' },
  },
  { type: 'command.recorded', data: { argv: ['ss', '-ltn'], duration_ms: 30, exit_code: 0 } },
]

const nth = goodFix.findIndex(({ type }) => type === 'note.added')
const full = [
  ...goodFix.slice(0, 1),
  ...times,
  ...goodFix.slice(1, nth),
  ...findings,
  ...goodFix.slice(nth),
]

/** A second run mends what the first one did not. */
const twoRuns = [
  ...wrongFix,
  ...goodFix
    .filter(({ type }) => type !== 'incident.declared')
    .map((draft): TestDraft => (draft.run === 'r1' ? { ...draft, run: 'r2' } : draft)),
]

const NASTY =
  '| `a` **b** [^e1] <!-- x --> <script>alert(1)</script> {{title}} ```\n# h\n- l\n[^e1]: no\n\u202Ee ~~~'

const hostile: TestDraft[] = [
  { type: 'incident.declared', data: { title: NASTY, severity: 'x|y' } },
  ...full.slice(1).map((draft): TestDraft => {
    if (draft.type === 'note.added') return { ...draft, data: { ...draft.data, text: NASTY } }
    if (draft.type === 'finding.made') return { ...draft, data: { ...draft.data, says: NASTY } }
    if (draft.type === 'step.started')
      return { ...draft, data: { ...draft.data, preview: NASTY, name: NASTY } }
    if (draft.type === 'step.finished')
      return {
        ...draft,
        data: {
          ...draft.data,
          reason: NASTY,
          notes: [NASTY],
          checks: [{ name: NASTY, status: 'failed', seen: NASTY, wanted: NASTY }],
        },
      }
    return draft
  }),
  { type: 'note.added', actor: { ...JON, name: NASTY }, data: { text: '' } },
]

const notified: TestDraft[] = [
  {
    type: 'step.started',
    run: 'r1',
    step: 'tell',
    attempt: 1,
    data: {
      kind: 'notify',
      name: 'tell',
      effect: 'change',
      preview: 'tells Slack at hooks.example.test: logins fail',
      digest: sha256('n'),
      timeout_ms: 1000,
    },
  },
  {
    type: 'step.finished',
    run: 'r1',
    step: 'tell',
    attempt: 1,
    data: { status: 'succeeded', duration_ms: 90 },
  },
]

export const records: Record<string, readonly IncidentEvent[]> = {
  sample: sample(),
  'a fix that held': outage(goodFix),
  'a fix that failed': outage(wrongFix),
  'everything known': makeEvents([...full, ...notified]),
  'an undo that failed': outage(undoFailed),
  'two runs': outage(twoRuns),
  'a drill': outage(asDrill(goodFix)),
  'no run at all': makeEvents([declared]),
  'every event': makeEvents(every),
  'hostile strings': makeEvents(hostile),
}

/** Everything that people can tell. */
export const people: FrontMatter = {
  hotwash: 1,
  detection_source: 'customer',
  services: ['login', 'session-store'],
  environment: 'staging, shared',
  roles: { incident_commander: 'Maria Example', scribe: 'Jon Example' },
  impact: {
    numbers: {
      users: 1200,
      failed_logins: { about: 300 },
      minutes_down: { between: [20, 50] },
      revenue: { unknown: 'the books are closed at the end of the month' },
    },
    says: 'Nobody could log in to `staging` [^e1].\n\nOpen sessions went on.',
  },
  trigger: 'The release ran the migration first.',
  contributing_factors: [
    { id: 'no_login', says: 'Nobody could log in', because: ['renamed', 'health'] },
    { id: 'renamed', says: 'A migration renamed a column | of users', because: [] },
    { id: 'health', says: 'The health check does not log in', because: ['old_check'] },
    { id: 'old_check', says: 'The check is from before logins', because: [] },
  ],
  hypotheses: [
    { claim: 'The load balancer drops cookies', state: 'dropped', why: 'it fails without, too' },
    { claim: 'A migration renamed a column', state: 'confirmed', why: 'the log of the release' },
  ],
  went_well: ['The dump was proven before the fix'],
  went_wrong: ['The fix was never tried on a copy'],
  lucky: ['It was staging'],
  surprising: ['The health check was green all the time'],
  actions: [
    {
      id: 'real_login',
      title: 'The health check logs in',
      type: 'detect',
      owner: 'maria@example.test',
      priority: 'P1',
      due: '2026-12-01',
      tracker: 'https://git.example.test/team/app/-/issues/12',
      done_when: { run: ['npm', 'test'], expect: 'exit_code == 0' },
    },
    {
      id: 'order',
      title: 'Migrations run after the deployment',
      type: 'prevent',
      owner: 'jon@example.test',
      priority: 'P0',
      due: '2026-12-05',
      done_when: 'the pipeline refuses the other order',
    },
    { id: 'rewrite', title: 'Rewrite all', type: 'repair', declined: 'out of proportion' },
  ],
}

/** The same with what could break a page in every word. */
export const hostilePeople: FrontMatter = {
  ...people,
  services: [NASTY],
  roles: { lead: NASTY },
  impact: { numbers: { users: { unknown: NASTY } }, says: NASTY },
  trigger: NASTY,
  contributing_factors: [
    { id: 'a', says: NASTY, because: ['b'] },
    { id: 'b', says: NASTY, because: ['a'] },
  ],
  hypotheses: [{ claim: NASTY, state: 'open', why: NASTY }],
  went_well: [NASTY],
  went_wrong: [NASTY],
  lucky: [NASTY],
  surprising: [NASTY],
  actions: [
    { id: 'x', title: NASTY, type: 'detect', owner: NASTY, tracker: NASTY, done_when: NASTY },
    { id: 'y', title: NASTY, type: 'detect', declined: NASTY },
  ],
}
