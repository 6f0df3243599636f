/** Groups, by what is next: the table of single decisions, and whole runs in any interleaving. */
import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type Action, type Mode } from '../../../src/engine/walk/action.ts'
import { nextAction } from '../../../src/engine/walk/next-action.ts'
import { foldEvents } from '../../../src/incident/fold.ts'
import type { IncidentEvent } from '../../../src/incident/event.ts'
import type { Step } from '../../../src/runbook/runbook.ts'
import {
  atTerminal,
  brief,
  done,
  failed,
  runbookOf,
  step,
  Tape,
  unattended,
  when,
} from '../tape.ts'

const group = (id: string, way: Step['group'], more: Partial<Step> = {}): Step =>
  step(id, { kind: 'group', group: way, effect: 'read', ...more } as Partial<Step>)
const member = (id: string, of: string, more: Partial<Step> = {}): Step =>
  step(id, { within: { group: of }, ...more })
const begun = (id: string, more: object = {}): [string, object, string] => [
  'step.started',
  { group: more },
  id,
]
const at = (id: string): [string, object, string] => ['step.started', {}, id]

type Row = {
  says: string
  steps: Step[]
  tape?: [string, object, string?][]
  active?: string[]
  mode?: Partial<Mode>
  expect: string
}
const pair = [group('p', 'together'), member('a', 'p'), member('b', 'p'), step('last')]
const limit2 = begun('p', { limit: 2 })
const list = [group('g', 'included'), member('a', 'g'), member('b', 'g'), step('last')]

test.each<Row>([
  { says: 'a group is begun first', steps: pair, expect: 'start_group p' },
  {
    says: 'its `when` comes first',
    steps: [group('p', 'together', { when })],
    expect: 'evaluate_when p',
  },
  {
    says: 'a guided run asks about the group',
    steps: pair,
    mode: { ...atTerminal },
    expect: 'ask_step p',
  },
  {
    says: 'and not about those at the same time',
    steps: pair,
    tape: [limit2],
    mode: { ...atTerminal },
    expect: 'attempt a',
  },
  {
    says: 'the next one starts beside the first',
    steps: pair,
    tape: [limit2, at('a')],
    active: ['a'],
    expect: 'attempt b',
  },
  {
    says: 'but not beyond the limit',
    steps: pair,
    tape: [begun('p', { limit: 1 }), at('a')],
    active: ['a'],
    expect: 'await_members',
  },
  {
    says: 'all at work: wait',
    steps: pair,
    tape: [limit2, at('a'), at('b')],
    active: ['a', 'b'],
    expect: 'await_members',
  },
  {
    says: 'what a crash left is settled before anything starts',
    steps: pair,
    tape: [limit2, at('b'), ['run.resumed', { runbook: {} }]],
    expect: 'settle b',
  },
  {
    says: 'one after the other',
    steps: pair,
    tape: [limit2, at('a'), at('b'), ['run.resumed', { runbook: {} }]],
    expect: 'settle a',
  },
  {
    says: 'an unknown one waits for the others to end',
    steps: pair,
    tape: [limit2, at('a'), at('b'), failed('a', { status: 'unknown' })],
    active: ['b'],
    expect: 'await_members',
  },
  {
    says: 'a failure starts no more, and waits',
    steps: pair,
    tape: [begun('p', { limit: 1 }), at('a'), failed('a')],
    expect: 'finish_group p',
  },
  {
    says: 'until the others have ended',
    steps: [...pair, member('c', 'p')],
    tape: [limit2, at('a'), at('b'), failed('a')],
    active: ['b'],
    expect: 'await_members',
  },
  {
    says: 'the pause of a retry is part of the attempt',
    steps: pair,
    tape: [limit2, at('a'), failed('a', { retry_in_ms: 9 })],
    expect: 'attempt a',
  },
  {
    says: 'all over: the group is finished',
    steps: pair,
    tape: [limit2, at('a'), at('b'), done('a'), done('b')],
    expect: 'finish_group p',
  },
  {
    says: 'and the run goes on',
    steps: pair,
    tape: [limit2, at('a'), at('b'), done('a'), done('b'), done('p')],
    expect: 'attempt last',
  },
  { says: 'in order: one at a time', steps: list, tape: [begun('g')], expect: 'attempt a' },
  {
    says: 'in order: the next one',
    steps: list,
    tape: [begun('g'), at('a'), done('a')],
    expect: 'attempt b',
  },
  {
    says: 'in order: a failure ends the group',
    steps: list,
    tape: [begun('g'), at('a'), failed('a')],
    expect: 'finish_group g',
  },
  {
    says: 'and then the run',
    steps: list,
    tape: [begun('g'), at('a'), failed('a'), failed('g')],
    expect: 'finish failed',
  },
  {
    says: 'unless the group may fail: what is left of it is skipped',
    steps: [group('g', 'included', { onFailure: 'continue' }), ...list.slice(1)],
    tape: [begun('g'), at('a'), failed('a'), failed('g')],
    expect: 'skip b',
  },
  {
    says: 'a skipped group skips its steps',
    steps: list,
    tape: [['step.skipped', { reason: 'r', by: 'when' }, 'g']],
    expect: 'skip a',
  },
  {
    says: 'a confirmed group covers what destroys in it',
    steps: [group('g', 'included', { confirm: 'x' }), member('a', 'g', { effect: 'destroy' })],
    tape: [begun('g')],
    expect: 'attempt a',
  },
  {
    says: 'without it the step itself asks',
    steps: [group('g', 'included'), member('a', 'g', { effect: 'destroy' })],
    tape: [begun('g')],
    expect: 'open_gate a',
  },
  {
    says: 'a rollback finishes the group first',
    steps: list,
    tape: [begun('g'), at('a'), done('a'), ['rollback.requested', { reason: 'r' }]],
    expect: 'finish_group g',
  },
  {
    says: 'a group that is given up finishes those in it first',
    steps: [
      group('p', 'together'),
      group('g', 'included', { within: { group: 'p' } }),
      member('x', 'g'),
      member('y', 'g'),
      member('b', 'p'),
    ],
    tape: [limit2, begun('g'), at('x'), done('x'), at('b'), failed('b')],
    expect: 'finish_group g',
  },
])('$says', ({ steps, tape = [], active = [], mode = {}, expect: expected }) => {
  const runbook = runbookOf(steps)
  const film = new Tape(runbook)
  for (const [type, data, id] of tape) film.add(type, data, id)
  const action = nextAction(runbook, film.run, { ...unattended, ...mode, active: new Set(active) })
  expect(brief(action)).toBe(expected)
})

describe('a run with groups', () => {
  const written = [
    group('p', 'together'),
    member('a', 'p'),
    member('b', 'p', { onFailure: 'continue' }),
    group('g', 'included', { within: { group: 'p' } }),
    member('x', 'g'),
    member('y', 'g', { onFailure: 'continue' }),
    group('f', 'per_item', {
      onFailure: 'continue',
      body: { kind: 'foreach', params: { as: 'n' } } as Step['body'],
    }),
    member('m', 'f'),
    step('last'),
  ]
  const runbook = runbookOf(written)
  const isOver = ['succeeded', 'failed', 'skipped']

  type Live = { tape: Tape; log: IncidentEvent[]; active: string[] }
  const add = ({ tape, log }: Live, type: string, data: object, id?: string): void => {
    const clock = tape.clock + 1
    log.push({
      type,
      data,
      step: id,
      run: 'r',
      clock,
      at: `t${clock}`,
      actor: {},
    } as unknown as IncidentEvent)
    tape.add(type, data, id)
  }

  const rounds = ['m.1', 'm.2'].map((id) => ({
    id,
    kind: 'run',
    name: id,
    always: false,
    within: 'f',
  }))
  function start(live: Live, action: Extract<Action, { do: 'start_group' }>): void {
    const { id } = action.step
    const data = id === 'f' ? { items: [1, 2], members: rounds } : { limit: 2 }
    add(live, 'step.started', { group: data }, id)
  }

  const ending = (ok: boolean) => ({
    status: ok ? 'succeeded' : 'failed',
    duration_ms: 1,
    outputs: {},
    evidence: [],
  })

  it('ends, keeps to its limit, and is the fold of its log, whatever the interleaving', () => {
    const turns = fc.array(fc.record({ end: fc.nat(5), ok: fc.boolean(), kill: fc.nat(30) }), {
      minLength: 80,
      maxLength: 80,
    })
    fc.assert(
      fc.property(turns, (all) => {
        const film = new Tape(runbook)
        const live: Live = { tape: film, log: [], active: [] }
        for (const turn of all) {
          if (turn.kill === 0) {
            live.active = []
            add(live, 'run.resumed', { runbook: {} })
          }
          const action = nextAction(runbook, film.run, {
            ...unattended,
            active: new Set(live.active),
          })
          const direct = live.active.filter((id) => ['a', 'b'].includes(id)).length
          expect(direct).toBeLessThanOrEqual(2)
          if (action.do === 'finish') break
          if (action.do === 'start_group') start(live, action)
          else if (action.do === 'attempt') {
            add(live, 'step.started', {}, action.step.id)
            if (action.together === true) live.active.push(action.step.id)
            else add(live, 'step.finished', ending(turn.ok), action.step.id)
          } else if (action.do === 'await_members') {
            if (live.active.length === 0) throw new Error('it waits for nothing')
            const id = live.active.splice(turn.end % live.active.length, 1)[0]
            add(live, 'step.finished', ending(turn.ok), id)
          } else if (action.do === 'settle') {
            if (live.active.length > 0) throw new Error('it asks while others are at work')
            add(
              live,
              'step.settled',
              { as: turn.ok ? 'done' : 'not_done', how: 'hand' },
              action.step.id,
            )
          } else if (action.do === 'finish_group') {
            add(live, 'step.finished', ending(action.reason === undefined), action.step.id)
          } else if (action.do === 'skip') {
            add(live, 'step.skipped', { reason: action.reason, by: action.by }, action.step.id)
          } else throw new Error(`unexpected ${action.do}`)
        }
        const end = nextAction(runbook, film.run, { ...unattended, active: new Set(live.active) })
        expect(end.do).toBe('finish')
        expect(live.active).toEqual([])
        const groups = [...film.run.steps.values()].filter(({ id }) => ['p', 'g', 'f'].includes(id))
        expect(groups.filter(({ status }) => status === 'running')).toEqual([])
        const last = film.run.steps.get('last')?.status ?? ''
        expect([...isOver, 'pending']).toContain(last)
        const folded = foldEvents('i', [startOf(film), ...live.log])
        expect(folded.runs[0]?.steps).toEqual(film.run.steps)
      }),
      { numRuns: 300 },
    )
  })

  const startOf = (film: Tape): IncidentEvent => {
    const steps = [...film.run.steps.values()]
      .filter(({ id }) => !id.startsWith('m.'))
      .map(({ id, kind, name, always }) => ({ id, kind, name, always }))
    return {
      type: 'run.started',
      data: { runbook: {}, inputs: {}, steps },
      run: 'r',
      clock: 1,
      at: 't1',
      actor: {},
    } as unknown as IncidentEvent
  }
})
