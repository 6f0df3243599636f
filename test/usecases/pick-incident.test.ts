import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/record/store.ts'
import { pickIncident } from '../../src/usecases/pick-incident.ts'

const IDS = ['2026-11-20-login-outage', '2026-11-21-disk-full', '2026-11-21-login-slow']
const store = (ids: readonly string[]) =>
  ({
    list: () => ids,
    standings: () => new Map(),
    branches: () => new Map(),
  }) as unknown as Store
const hint = (id: string): string => {
  try {
    return pickIncident(store(IDS), id)
  } catch (error) {
    return (error as { hint: string }).hint
  }
}

describe('an incident that is not there', () => {
  it.each([
    ['2026-11-21-disk-ful', 'did you mean 2026-11-21-disk-full? hotwash list'],
    ['2026-11-21-disc-full', 'did you mean 2026-11-21-disk-full? hotwash list'],
    ['disk', 'did you mean 2026-11-21-disk-full? hotwash list'],
    ['login', 'did you mean 2026-11-20-login-outage, or 2026-11-21-login-slow? hotwash list'],
    ['zebra', 'hotwash list shows the incidents of this repository'],
  ])('%s', (typed, said) => {
    expect(hint(typed)).toMatch(new RegExp(`^${said.replace('?', '\\?')}`))
  })

  it('is not said to be closed where there never was one', () => {
    expect(() => pickIncident(store([]), undefined)).toThrow('there is no incident here yet')
    expect(() => pickIncident(store([]), undefined, { open: true })).toThrow('no open incident')
  })
})
