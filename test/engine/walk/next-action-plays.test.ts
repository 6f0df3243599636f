import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { noProgress, type Mode } from '../../../src/engine/walk/action.ts'
import { nextAction } from '../../../src/engine/walk/next-action.ts'
import type { OnFailure, Step } from '../../../src/runbook/runbook.ts'
import {
  atTerminal,
  brief,
  check,
  done,
  failed,
  runbookOf,
  started,
  step,
  Tape,
  unattended,
  when,
} from '../tape.ts'

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
      case 'start_group':
      case 'finish_group':
      case 'await_members':
        throw new Error(`${action.do} in a runbook without groups`)
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
        expect(back === -1 ? [] : log.slice(back)).not.toContain(`attempt ${id}`)
      }
      for (const { id } of one.always) {
        const attempts = log.filter((line) => line === `attempt ${id}`).length
        const again = log.filter((line) => line === `wait_retry ${id}` || line === `settle ${id}`)
        expect(attempts).toBeGreaterThanOrEqual(end === 'finished' ? 1 : 0)
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
  const repeated = (log: readonly string[], id: string): string[] => {
    const mine = log.filter((line) => line.endsWith(` ${id}`))
    return mine.filter((line, index) => line === `attempt ${id}` && mine[index + 1] === line)
  }
  fc.assert(
    fc.property(plays, (one) => {
      const { log } = play(one)
      expect(one.steps.flatMap(({ id }) => repeated(log, id))).toEqual([])
    }),
    { numRuns: 300 },
  )
})
