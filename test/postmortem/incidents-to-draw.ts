/** Incidents with shapes that a picture must bear: days, crowds, one instant, clocks that go back. */
import { foldEvents } from '../../src/incident/fold.ts'
import type { Actor, IncidentEvent } from '../../src/incident/event.ts'
import { timelineModel, type TimelineModel } from '../../src/postmortem/timeline-svg/model.ts'
import { sha256 } from '../../src/runbook/digest.ts'
import { makeEvents, type TestDraft } from '../events.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const digest = sha256('what is shown')

const person = (name: string): Actor => ({
  name,
  email: `${name.toLowerCase().replace(/[^a-z]+/g, '.')}@example.test`,
  host: 'laptop',
})

export const modelOf = (events: readonly IncidentEvent[]): TimelineModel =>
  timelineModel(foldEvents('2026-11-21-login-outage', events), events)

type StepDraft = {
  run?: string
  id: string
  took: number
  status?: 'succeeded' | 'failed' | 'unknown'
  actor?: Actor
  afterMs?: number
  kind?: string
  ended?: boolean
}

export const step = ({
  id,
  took,
  actor,
  afterMs = 2000,
  ended = true,
  ...rest
}: StepDraft): TestDraft[] => {
  const { run = 'r1', status = 'succeeded', kind = 'run' } = rest
  const by = actor === undefined ? {} : { actor }
  const at = { run, step: id, attempt: 1, ...by }
  return [
    {
      type: 'step.started',
      ...at,
      afterMs,
      data: { kind, name: id, effect: 'change', preview: `./${id}`, digest, timeout_ms: null },
    },
    ...(ended
      ? [
          {
            type: 'step.finished',
            ...at,
            afterMs: took,
            data: {
              status,
              duration_ms: took,
              ...(status === 'failed' ? { exit_code: 1, reason: 'exit code 1' } : {}),
            },
          } as const,
        ]
      : []),
  ]
}

export const run = (id: string, name: string, steps: readonly string[]): TestDraft => ({
  type: 'run.started',
  run: id,
  data: {
    runbook: { name, path: `runbooks/${id}.yaml`, sha256: digest },
    inputs: {},
    guided: true,
    yes: false,
    steps: steps.map((step) => ({ id: step, kind: 'run', name: step, always: false })),
  },
})

const gate = (id: string, waits: number, by: Actor, asks?: Actor): TestDraft[] => [
  {
    type: 'gate.opened',
    run: 'r1',
    step: id,
    ...(asks === undefined ? {} : { actor: asks }),
    data: { gate: 'approve', question: `May ${id} go ahead?`, digest, accepts: {} },
  },
  {
    type: 'gate.answered',
    run: 'r1',
    step: id,
    actor: by,
    afterMs: waits,
    data: { gate: 'approve', digest, answer: { approve: true, reason: 'looked at the plan' } },
  },
]

const note = (actor: Actor, afterMs: number, text: string): TestDraft => ({
  type: 'note.added',
  actor,
  afterMs,
  data: { text },
})

/** Six people, two runs, nights in between, an approval that took one, a rollback. */
export const threeDays = (): IncidentEvent[] => {
  const [ana, bo, cai, dee, eli, fay] = [
    'Ana Ortiz',
    'Bo Lind',
    'Cai Wen',
    'Dee Adeyemi',
    'Eli Novak',
    'Fay Haddad',
  ].map(person) as [Actor, Actor, Actor, Actor, Actor, Actor]
  return makeEvents([
    {
      type: 'incident.declared',
      actor: ana,
      data: { title: 'Orders are paid twice in one region', severity: 'SEV1' },
    },
    { type: 'incident.updated', actor: ana, afterMs: 4 * MINUTE, data: { status: 'acknowledged' } },
    {
      type: 'incident.updated',
      actor: ana,
      afterMs: MINUTE,
      data: {
        impact_start: '2026-11-21T08:20:00.000Z',
        detected_at: '2026-11-21T09:41:00.000Z',
        precisions: { impact_start: 'about', detected_at: 'minute' },
      },
    },
    note(bo, 6 * MINUTE, 'payment provider confirms two captures per order, only eu-central'),
    note(cai, 3 * MINUTE, 'queue depth is normal'),
    {
      ...run('r1', 'Stop the double capture', ['look', 'pause-worker', 'replay', 'verify']),
      actor: bo,
      afterMs: 12 * MINUTE,
    },
    ...step({ id: 'look', took: 4 * MINUTE, actor: bo }),
    ...gate('pause-worker', 25 * MINUTE, dee, bo),
    ...step({ id: 'pause-worker', took: 40_000, actor: bo }),
    note(dee, 2 * MINUTE, 'captures stopped; orders queue up'),
    note(eli, 70 * MINUTE, 'support has 214 tickets'),
    {
      type: 'command.recorded',
      actor: cai,
      afterMs: 35 * MINUTE,
      data: {
        argv: ['psql', '-c', 'select count(*) from captures where twice'],
        duration_ms: 90_000,
        exit_code: 0,
      },
    },
    ...step({ id: 'replay', took: 50 * MINUTE, status: 'failed', actor: bo, afterMs: 9 * MINUTE }),
    {
      type: 'rollback.requested',
      run: 'r1',
      actor: bo,
      afterMs: MINUTE,
      data: { reason: 'replay duplicates again' },
    },
    {
      type: 'undo.started',
      run: 'r1',
      step: 'pause-worker',
      actor: bo,
      data: { kind: 'run', preview: './resume', digest },
    },
    {
      type: 'undo.finished',
      run: 'r1',
      step: 'pause-worker',
      actor: bo,
      afterMs: 3 * MINUTE,
      data: { status: 'succeeded', duration_ms: 3 * MINUTE },
    },
    {
      type: 'run.finished',
      run: 'r1',
      actor: bo,
      data: { status: 'rolled_back', reason: 'replay failed' },
    },
    note(fay, 14 * HOUR, 'handed over; nothing new during the night'),
    note(cai, 20 * MINUTE, 'the idempotency key is cut at 32 characters'),
    {
      ...run('r2', 'Widen the idempotency key', ['backup', 'migrate', 'restart', 'watch']),
      actor: cai,
      afterMs: 50 * MINUTE,
    },
    ...step({ run: 'r2', id: 'backup', took: 12 * MINUTE, actor: cai }),
    ...step({ run: 'r2', id: 'migrate', took: 31 * MINUTE, actor: cai }),
    {
      type: 'finding.made',
      run: 'r2',
      step: 'migrate',
      actor: cai,
      data: {
        says: 'keys of 1 in 9 orders were cut',
        confidence: 'confirmed',
        hypothesis: 'the key is too short',
      },
    },
    ...step({ run: 'r2', id: 'restart', took: 50_000, status: 'unknown', actor: cai }),
    {
      type: 'incident.updated',
      actor: ana,
      afterMs: 9 * MINUTE,
      data: {
        status: 'mitigated',
        effective_at: '2026-11-22T04:10:00.000Z',
        precisions: { effective_at: 'minute' },
      },
    },
    note(eli, 26 * HOUR, 'refunds are through; 3 customers left'),
    ...step({ run: 'r2', id: 'watch', took: 2 * HOUR, actor: cai }),
    { type: 'run.finished', run: 'r2', actor: cai, data: { status: 'succeeded' } },
    { type: 'incident.resolved', actor: ana, afterMs: 20 * MINUTE, data: {} },
    { type: 'incident.closed', actor: ana, afterMs: 30 * MINUTE, data: {} },
  ])
}

export const crowd = (notes: number, people = 3): IncidentEvent[] =>
  makeEvents([
    { type: 'incident.declared', data: { title: 'Very busy', severity: 'SEV3' } },
    run('r1', 'Watch', ['look']),
    ...Array.from({ length: notes }, (_, n): TestDraft =>
      note(
        person(`Person ${'ABCDEFGHIJKLMNOP'[n % people]}`),
        7000 + (n % 5) * 900,
        `line ${n} of the timeline, as long as people write them in a hurry`,
      ),
    ),
  ])

/** Forward and all the way back, in seconds. */
export const drill = (): IncidentEvent[] =>
  makeEvents([
    {
      type: 'incident.declared',
      data: { title: 'Rehearsal of the restore', severity: 'SEV4', drill: true },
    },
    run('r1', 'Restore', ['dump', 'switch']),
    ...step({ id: 'dump', took: 4000 }),
    ...step({ id: 'switch', took: 900 }),
    {
      type: 'rollback.requested',
      run: 'r1',
      data: { reason: 'the rehearsal went forward', rehearsal: true },
    },
    ...['switch', 'dump'].flatMap((id): TestDraft[] => [
      { type: 'undo.started', run: 'r1', step: id, data: { kind: 'run', preview: id, digest } },
      {
        type: 'undo.finished',
        run: 'r1',
        step: id,
        afterMs: 700,
        data: { status: 'succeeded', duration_ms: 700 },
      },
    ]),
    { type: 'run.finished', run: 'r1', data: { status: 'rolled_back' } },
  ])

/** Markup, scripts written from the right, marks that tower over their line, letters joined of many. */
const WORDS = [
  '<script>globalThis.hit=1</script> & "quotes"',
  'مرحبا بالعالم، هذا نص طويل جداً لا يتسع له المكان في هذه الصورة مهما حاولنا',
  'שלום 123 abc עולם',
  '日本語のとても長いメモ、途切れることなく続く文字の列です',
  '👩🏽‍🚒 the 👨‍👩‍👧‍👦 came 🇩🇪🇫🇷',
  `Z${'\u0301\u0316'.repeat(60)}algo`,
  '﷽ ꧅ 𒐫 ௵',
  'W'.repeat(300),
  'i'.repeat(300),
  'ends in a half \uD83D',
  '\u202Eright to left\u202C and \u0007 a bell',
]

export const strangeWords = (): IncidentEvent[] =>
  makeEvents([
    { type: 'incident.declared', data: { title: WORDS.join(' '), severity: 'SEV<1>' } },
    run('r1', WORDS.join(' '), ['look']),
    ...WORDS.map((words, n): TestDraft =>
      note(person(`${words.slice(0, 30)} ${n % 3}`), n * 37_000, words),
    ),
    ...WORDS.flatMap((_, n) =>
      step({ id: `step-${n}`, took: 90_000 * n, status: n % 2 ? 'failed' : 'succeeded' }),
    ),
  ])

/** The clock of the laptop is put back by hours while a step runs. */
export const clockJumpsBack = (): IncidentEvent[] =>
  makeEvents([
    { type: 'incident.declared', data: { title: 'The clock goes back', severity: 'SEV3' } },
    run('r1', 'Watch', ['look', 'wait']),
    ...step({ id: 'look', took: 60_000 }).map((draft, n) =>
      n === 1 ? { ...draft, afterMs: -7_200_000 } : draft,
    ),
    note(person('Ana Ortiz'), 30_000, 'the clock was wrong'),
    ...step({ id: 'wait', took: 45_000, ended: false }),
    {
      type: 'incident.updated',
      data: {
        status: 'mitigated',
        effective_at: '2026-11-21T07:00:00.000Z',
        impact_start: '2026-11-21T09:00:00.000Z',
      },
    },
  ])
