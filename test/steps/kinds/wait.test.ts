import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Body } from '../../../src/runbook/runbook.ts'
import type { Probed } from '../../../src/steps/kind.ts'
import { wait } from '../../../src/steps/kinds/wait.ts'
import { commandContext, limitAfter } from '../command-context.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotwash-wait-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const until = { kind: 'http' } as Body
const asked = (given: object) => ({ interval: 5, limit: 1_000, ...given })
const seen = (is: Probed['is'], evidence: Probed['outcome']['evidence'] = []): Probed => ({
  is,
  reason: `was ${is}`,
  outcome: { ended: 'completed', data: {}, evidence },
})

describe('waiting for some time', () => {
  test('takes that long', async () => {
    const outcome = await wait.run(asked({ for: 30 }), commandContext(folder))
    expect(outcome.ended).toBe('completed')
    expect(outcome.data['waited_ms']).toBeGreaterThanOrEqual(29)
  })

  test('ends at once when the step is ended', async () => {
    const context = commandContext(folder, { signal: limitAfter(20) })
    const outcome = await wait.run(asked({ for: 60_000 }), context)
    expect(outcome.ended).toBe('timed_out')
    expect(outcome.data['waited_ms']).toBeLessThan(5_000)
  })
})

describe('waiting until a probe holds', () => {
  test('tries again after failures and errors, and keeps what the last try saw', async () => {
    const path = join(folder, 'output')
    let tries = 0
    const probe = () => {
      tries++
      writeFileSync(`${path}${tries}`, 'x')
      const spool = { path: `${path}${tries}`, bytes: 1, keptBytes: 1, leftOutBytes: 0 }
      const is = tries === 1 ? 'error' : tries === 2 ? 'unmet' : 'met'
      return Promise.resolve(seen(is, [{ label: 'stdout', spool }]))
    }
    const context = commandContext(folder, { probe })
    const outcome = await wait.run(asked({ until }), context)
    expect(outcome).toMatchObject({ ended: 'completed', data: { tries: 3 } })
    expect(context.lines).toEqual(['not yet: was error', 'not yet: was unmet'])
    expect([1, 2, 3].map((index) => existsSync(`${path}${index}`))).toEqual([false, false, true])
    expect(outcome.evidence).toHaveLength(1)
  })

  test('fails at its limit and says what was seen last', async () => {
    const context = commandContext(folder, { probe: () => Promise.resolve(seen('unmet')) })
    const outcome = await wait.run(asked({ until, limit: 40 }), context)
    expect(outcome.ended).toBe('failed')
    expect(outcome.reason).toMatch(/within 40 ms, tried \d+ times; the last time: was unmet/)
  })

  test('does not let one try outlast the limit', async () => {
    const probe = (_body: Body, signal: AbortSignal) =>
      new Promise<Probed>((resolve) => {
        const hanging = setTimeout(() => {}, 60_000)
        signal.addEventListener('abort', () => (clearTimeout(hanging), resolve(seen('error'))))
      })
    const outcome = await wait.run(asked({ until, limit: 40 }), commandContext(folder, { probe }))
    expect(outcome.ended).toBe('failed')
  })

  test('ends when the step is ended', async () => {
    const probe = () => Promise.resolve(seen('unmet'))
    const context = commandContext(folder, { probe, signal: limitAfter(30) })
    const outcome = await wait.run(asked({ until, interval: 10_000, limit: 60_000 }), context)
    expect(outcome.ended).toBe('timed_out')
  })
})

describe('its parameters', () => {
  test('are one of for and until', () => {
    expect(wait.params.safeParse({ for: '30s' }).success).toBe(true)
    expect(wait.params.safeParse({ until: { http: {} } }).success).toBe(true)
    expect(wait.params.safeParse({}).success).toBe(false)
    expect(wait.params.safeParse({ for: '30s', until: { http: {} } }).success).toBe(false)
    expect(wait.params.safeParse({ for: '0s' }).success).toBe(false)
  })
})
