import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextAction, noProgress, type Action, type Mode } from '../../src/engine/next-action.ts'
import { retryDelayMs } from '../../src/engine/retry.ts'
import type { IncidentEvent } from '../../src/incident/event.ts'
import { applyEvent, emptyState } from '../../src/incident/fold.ts'
import type { IncidentState, RunState } from '../../src/incident/state.ts'
import { Cel } from '../../src/runbook/fields.ts'
import type { OnFailure, Runbook, Step } from '../../src/runbook/runbook.ts'

const place = { file: 'b.yaml', line: 1, column: 1 }
const step = (id: string, more: Partial<Step> & { kind?: string } = {}): Step => {
  const { kind = 'run', ...fields } = more
  const body = { kind, effect: 'change', outputs: {}, place } as unknown as Step['body']
  return {
    id,
    name: id,
    description: undefined,
    refs: [],
    body,
    when: undefined,
    effect: 'change',
    confirm: undefined,
    check: undefined,
    rollback: undefined,
    idempotent: false,
    onFailure: 'stop',
    observe: false,
    evidence: 'keep',
    tty: false,
    tags: [],
    within: undefined,
    always: false,
    place,
    ...fields,
  }
}
const runbookOf = (steps: Step[], always: Step[] = []): Runbook =>
  ({ steps, always: always.map((one) => ({ ...one, always: true })) }) as unknown as Runbook

const unattended: Mode = {
  interactive: false,
  guided: false,
  yes: false,
  progress: undefined,
  isGate: (kind) => ['ask', 'decide', 'approve', 'manual'].includes(kind),
}
const atTerminal: Mode = { ...unattended, interactive: true, guided: true }

class Tape {
  readonly state: IncidentState = emptyState('i')
  clock = 0
  constructor(runbook: Runbook, more: { from?: string; until?: string } = {}) {
    const steps = [...runbook.steps, ...runbook.always].map(({ id, body, always }) => ({
      id,
      kind: body.kind,
      name: id,
      always,
    }))
    this.add('run.started', { runbook: {}, inputs: {}, steps, ...more })
  }
  add(type: string, data: object, step?: string): this {
    this.clock += 1
    const event = { type, data, step, run: 'r', clock: this.clock, at: `t${this.clock}`, actor: {} }
    applyEvent(this.state, event as unknown as IncidentEvent)
    return this
  }
  get run(): RunState {
    return this.state.runs[0] as RunState
  }
}

const undo = { kind: 'run', preview: 'u' }
const brief = (action: Action): string =>
  [action.do, 'step' in action ? action.step.id : '', 'status' in action ? action.status : '']
    .filter(Boolean)
    .join(' ')

type Row = {
  says: string
  steps: Step[]
  always?: Step[]
  tape?: [type: string, data: object, step?: string][]
  mode?: Partial<Mode>
  expect: string
}
const failed = (id: string, more: object = {}): [string, object, string] => [
  'step.finished',
  { status: 'failed', reason: 'r', duration_ms: 1, outputs: {}, evidence: [], ...more },
  id,
]
const done = (id: string, outputs = {}): [string, object, string] => [
  'step.finished',
  { status: 'succeeded', duration_ms: 1, outputs, evidence: [] },
  id,
]
const started = (id: string): [string, object, string] => ['step.started', { undo }, id]
const when = new Cel('true', 'none')
const check = { kind: 'run' } as Step['body']

const TABLE: Row[] = [
  { says: 'begins with the first step', steps: [step('a'), step('b')], expect: 'attempt a' },
  { says: 'asks for `when` first', steps: [step('a', { when, check })], expect: 'evaluate_when a' },
  {
    says: 'then for `check`',
    steps: [step('a', { check, confirm: 'x' })],
    expect: 'probe_check a',
  },
  {
    says: 'then for the confirmation',
    steps: [step('a', { confirm: 'x' })],
    expect: 'open_gate a',
  },
  { says: 'destroy always asks', steps: [step('a', { effect: 'destroy' })], expect: 'open_gate a' },
  {
    says: '--yes covers it',
    steps: [step('a', { effect: 'destroy' })],
    mode: { yes: true },
    expect: 'attempt a',
  },
  {
    says: 'a guided run asks',
    steps: [step('a')],
    mode: { interactive: true, guided: true },
    expect: 'ask_step a',
  },
  {
    says: 'a gate is opened',
    steps: [step('a', { kind: 'ask' })],
    mode: { yes: true },
    expect: 'open_gate a',
  },
  {
    says: 'an open gate is awaited',
    steps: [step('a', { kind: 'ask' })],
    tape: [['gate.opened', { gate: 'ask' }, 'a']],
    expect: 'await_gate a',
  },
  {
    says: 'what ended is over',
    steps: [step('a'), step('b')],
    tape: [started('a'), done('a')],
    expect: 'attempt b',
  },
  {
    says: 'stop ends the run',
    steps: [step('a'), step('b')],
    tape: [started('a'), failed('a')],
    expect: 'finish failed',
  },
  {
    says: 'continue goes on',
    steps: [step('a', { onFailure: 'continue' }), step('b')],
    tape: [started('a'), failed('a')],
    expect: 'attempt b',
  },
  {
    says: 'a continued failure does not decide',
    steps: [step('a', { onFailure: 'continue' })],
    tape: [started('a'), failed('a')],
    expect: 'finish succeeded',
  },
  {
    says: 'ask asks',
    steps: [step('a', { onFailure: 'ask' })],
    tape: [started('a'), failed('a')],
    mode: { interactive: true },
    expect: 'ask_failure a',
  },
  {
    says: 'rollback is requested',
    steps: [step('a', { onFailure: 'rollback' })],
    tape: [started('a'), failed('a')],
    expect: 'request_rollback',
  },
  {
    says: 'an announced retry is waited for',
    steps: [step('a', { onFailure: 'rollback' })],
    tape: [started('a'), failed('a', { retry_in_ms: 5 })],
    expect: 'wait_retry a',
  },
  {
    says: 'a retry asks `check` again',
    steps: [step('a', { check })],
    tape: [started('a'), failed('a')],
    mode: { progress: { ...noProgress('a'), when: true, again: true } },
    expect: 'probe_check a',
  },
  {
    says: 'always runs at a failed end',
    steps: [step('a')],
    always: [step('z')],
    tape: [started('a'), failed('a')],
    expect: 'attempt z',
  },
  {
    says: 'a failing always turns success',
    steps: [],
    always: [step('z')],
    tape: [started('z'), failed('z')],
    expect: 'finish failed',
  },
  {
    says: 'an unknown step is settled, never always',
    steps: [step('a')],
    always: [step('z')],
    tape: [started('a'), ['step.finished', { status: 'unknown', duration_ms: 1 }, 'a']],
    expect: 'settle a',
  },
  {
    says: 'not done runs again',
    steps: [step('a')],
    tape: [started('a'), ['step.settled', { as: 'not_done', how: 'hand' }, 'a']],
    expect: 'attempt a',
  },
  {
    says: 'undo is last in first out',
    steps: [step('a'), step('b')],
    tape: [
      started('a'),
      done('a'),
      started('b'),
      failed('b'),
      ['rollback.requested', { reason: 'r' }],
    ],
    expect: 'undo b',
  },
  {
    says: 'a rollback settles unknown steps first',
    steps: [step('a'), step('b')],
    tape: [started('a'), done('a'), started('b'), ['rollback.requested', { reason: 'r' }]],
    expect: 'settle b',
  },
  {
    says: 'not done is undone all the same',
    steps: [step('a')],
    tape: [
      started('a'),
      ['step.settled', { as: 'not_done', how: 'hand' }, 'a'],
      ['rollback.requested', { reason: 'r' }],
    ],
    expect: 'undo a',
  },
  {
    says: 'a failed undo stops',
    steps: [step('a')],
    tape: [
      started('a'),
      done('a'),
      ['rollback.requested', { reason: 'r' }],
      ['undo.started', {}, 'a'],
      ['undo.finished', { status: 'failed' }, 'a'],
    ],
    expect: 'finish stopped',
  },
  {
    says: 'a failed undo asks',
    steps: [step('a')],
    mode: { interactive: true },
    tape: [
      started('a'),
      done('a'),
      ['rollback.requested', { reason: 'r' }],
      ['undo.finished', { status: 'failed' }, 'a'],
    ],
    expect: 'ask_undo_failed a',
  },
  {
    says: 'an interrupted undo is settled',
    steps: [step('a')],
    tape: [
      started('a'),
      done('a'),
      ['rollback.requested', { reason: 'r' }],
      ['undo.started', {}, 'a'],
    ],
    expect: 'settle a',
  },
  {
    says: 'always comes after the rollback',
    steps: [step('a')],
    always: [step('z')],
    tape: [
      started('a'),
      done('a'),
      ['rollback.requested', { reason: 'r' }],
      ['undo.finished', { status: 'succeeded' }, 'a'],
    ],
    expect: 'attempt z',
  },
  {
    says: 'rolled back',
    steps: [step('a')],
    tape: [
      started('a'),
      done('a'),
      ['rollback.requested', { reason: 'r' }],
      ['undo.finished', { status: 'succeeded' }, 'a'],
    ],
    expect: 'finish rolled_back',
  },
  {
    says: 'the chosen option runs',
    steps: [step('d', { kind: 'decide' }), step('a', { within: { decide: 'd', option: 'x' } })],
    tape: [done('d', { choice: 'x' })],
    expect: 'attempt a',
  },
  {
    says: 'the others are skipped',
    steps: [step('d', { kind: 'decide' }), step('a', { within: { decide: 'd', option: 'y' } })],
    tape: [done('d', { choice: 'x' })],
    expect: 'skip a',
  },
]

test.each(TABLE)('$says: $expect', (row) => {
  const runbook = runbookOf(row.steps, row.always)
  const tape = new Tape(runbook)
  for (const [type, data, id] of row.tape ?? []) tape.add(type, data, id)
  expect(brief(nextAction(runbook, tape.run, { ...unattended, ...row.mode }))).toBe(row.expect)
})

test('--from and --until leave out what is before and after', () => {
  const runbook = runbookOf([step('a'), step('b'), step('c')])
  const tape = new Tape(runbook, { from: 'b', until: 'b' })
  const seen: string[] = []
  for (let turn = 0; turn < 4; turn += 1) {
    const action = nextAction(runbook, tape.run, unattended)
    seen.push(brief(action))
    if (action.do === 'skip') tape.add('step.skipped', { reason: 'r' }, action.step.id)
    if (action.do === 'attempt') tape.add(...started('b')).add(...done('b'))
  }
  expect(seen).toEqual(['skip a', 'attempt b', 'skip c', 'finish succeeded'])
})

/** Plays a world against nextAction: every action gets some valid outcome. */
type Play = { steps: Step[]; always: Step[]; outcomes: number[]; interactive: boolean }

const plays: fc.Arbitrary<Play> = fc.record({
  steps: fc
    .array(
      fc.record({
        onFailure: fc.constantFrom<OnFailure>('ask', 'stop', 'continue', 'rollback'),
        when: fc.constantFrom(when, undefined),
        check: fc.constantFrom(check, undefined),
        confirm: fc.constantFrom('sure?', undefined),
        kind: fc.constantFrom('run', 'run', 'ask'),
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((all) => all.map((fields, index) => step(`s${index}`, fields))),
  always: fc.nat(2).map((count) => Array.from({ length: count }, (_, n) => step(`z${n}`))),
  outcomes: fc.array(fc.nat(99), { minLength: 400, maxLength: 400 }),
  interactive: fc.boolean(),
})

type Played = { log: string[]; end: 'finished' | 'paused' }

function play({ steps, always, outcomes, interactive }: Play): Played {
  const runbook = runbookOf(steps, always)
  const tape = new Tape(runbook)
  const log: string[] = []
  let progress: Mode['progress']
  let turn = 0
  const next = (): number => outcomes[turn++ % outcomes.length] ?? 0
  for (let count = 0; count < 400; count += 1) {
    const mode = { ...(interactive ? atTerminal : unattended), progress }
    const action = nextAction(runbook, tape.run, mode)
    log.push(brief(action))
    const mine = 'step' in action ? action.step.id : ''
    const flags = progress?.step === mine ? progress : noProgress(mine)
    // After a while people decide, and things go well: every play has an end.
    const late = count > 200
    const pick = late ? 0 : next()
    switch (action.do) {
      case 'finish':
        return { log, end: 'finished' }
      case 'skip':
        tape.add('step.skipped', { reason: 'r' }, mine)
        break
      case 'evaluate_when':
        if (pick % 4 === 3) tape.add('step.skipped', { reason: 'r' }, mine)
        else progress = { ...flags, when: true }
        break
      case 'probe_check':
        if (pick % 5 === 4) tape.add(...failed(mine))
        else if (pick % 5 === 3) tape.add('step.skipped', { reason: 'r' }, mine)
        else progress = { ...flags, checked: true }
        break
      case 'open_gate':
        tape.add('gate.opened', { gate: action.confirm ? 'confirm' : 'ask' }, mine)
        break
      case 'await_gate':
        if (!interactive && pick % 6 === 5) return { log, end: 'paused' }
        if (action.confirm) progress = { ...flags, confirmed: true }
        else if (pick % 4 === 3) tape.add(...failed(mine))
        else tape.add(...done(mine))
        break
      case 'ask_step':
        if (pick % 7 === 6) return { log, end: 'paused' }
        progress = { ...flags, asked: true }
        break
      case 'attempt': {
        tape.add(...started(mine))
        progress = undefined
        const outcome = pick % 5
        if (outcome === 3) tape.add(...failed(mine, { retry_in_ms: 1 }))
        else if (outcome === 2) tape.add(...failed(mine))
        else if (outcome === 4) tape.add('step.finished', { status: 'unknown' }, mine)
        else tape.add(...done(mine))
        break
      }
      case 'wait_retry':
        progress = { ...noProgress(mine), when: true, asked: true, confirmed: true, again: true }
        break
      case 'ask_failure':
        if (late || pick % 3 === 0) tape.add('rollback.requested', { reason: 'r' })
        else progress = { ...noProgress(mine), when: true, asked: true, again: true }
        break
      case 'settle':
        if (!interactive && pick % 4 === 3) return { log, end: 'paused' }
        tape.add(
          'step.settled',
          {
            as: pick % 2 === 0 ? 'done' : 'not_done',
            how: 'hand',
            ...(action.undo && { undo: true }),
          },
          mine,
        )
        break
      case 'request_rollback':
        tape.add('rollback.requested', { reason: 'r' })
        break
      case 'undo':
        tape.add('undo.started', {}, mine)
        if (pick % 4 === 3) tape.add('undo.finished', { status: 'failed' }, mine)
        else if (pick % 4 === 2) tape.add('undo.finished', { status: 'unknown' }, mine)
        else tape.add('undo.finished', { status: 'succeeded' }, mine)
        break
      case 'ask_undo_failed':
        tape.add('undo.finished', { status: 'succeeded' }, mine)
        break
    }
  }
  throw new Error(`no end: ${log.slice(-20).join(', ')}`)
}

test('every play comes to an end, and nothing happens twice without a reason between', () => {
  fc.assert(
    fc.property(plays, (one) => {
      const { log, end } = play(one)
      for (const { id } of one.steps) {
        const undone = log.filter(
          (line) => line === `undo ${id}` || line === `ask_undo_failed ${id}`,
        )
        // An undo is repeated only after it failed or was settled as not done.
        const reasons = log.filter(
          (line) => line === `settle ${id}` || line === `ask_undo_failed ${id}`,
        )
        expect(undone.length).toBeLessThanOrEqual(1 + reasons.length)
        const back = log.indexOf('request_rollback')
        if (back !== -1) expect(log.slice(back)).not.toContain(`attempt ${id}`)
      }
      for (const { id } of one.always) {
        const attempts = log.filter((line) => line === `attempt ${id}`).length
        const again = log.filter((line) => line === `wait_retry ${id}` || line === `settle ${id}`)
        if (end === 'finished') expect(attempts).toBeGreaterThanOrEqual(1)
        expect(attempts).toBeLessThanOrEqual(1 + again.length)
        // Nothing of the forward or backward phase comes after `always` has begun.
        const first = log.indexOf(`attempt ${id}`)
        if (first === -1) continue
        const later = log.slice(first).filter((line) => /^(undo|ask_failure|request)/.test(line))
        expect(later).toEqual([])
      }
    }),
    { numRuns: 500 },
  )
})

test('two attempts of a step always have an end between them', () => {
  fc.assert(
    fc.property(plays, (one) => {
      const { log } = play(one)
      for (const { id } of one.steps) {
        const mine = log.filter((line) => line.endsWith(` ${id}`))
        mine.forEach((line, index) => {
          if (line === `attempt ${id}`) expect(mine[index + 1]).not.toBe(`attempt ${id}`)
        })
      }
    }),
    { numRuns: 300 },
  )
})

test('retry delays grow up to their bound, and end with the limit', () => {
  const retry = { limit: 3, intervalMs: 100, backoff: 3, maxIntervalMs: 500, exitCodes: [7] }
  expect([1, 2, 3, 4].map((n) => retryDelayMs(retry, n, 7))).toEqual([100, 300, 500, undefined])
  expect(retryDelayMs(retry, 1, 8)).toBeUndefined()
  expect(retryDelayMs(retry, 1, undefined)).toBeUndefined()
  expect(retryDelayMs(undefined, 1, 7)).toBeUndefined()
})
