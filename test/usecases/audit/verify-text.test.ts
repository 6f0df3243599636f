import { expect, it } from 'vitest'
import type { Verified } from '../../../src/record/verify/problem.ts'
import { verifiedText } from '../../../src/usecases/audit/verify-text.ts'

const HOLDS: Verified = {
  verified: true,
  incident: '2026-11-21-login-fails',
  logs: [{ writer: 'maria@laptop-1d3fb10c', events: 13, head: 'c3489541bc7b861f00' }],
  anchored_to: 'origin/incident/2026-11-21-login-fails',
  commits: 11,
  unsigned: 11,
  uncommitted: 0,
  problems: [],
  notes: [],
}
const lastLines = (report: Partial<Verified>): string[] =>
  verifiedText([{ ...HOLDS, ...report }])
    .split('\n')
    .slice(2)

it('says what is not proven as plainly as what is', () => {
  expect(lastLines({})).toEqual([
    'verified to event 13, anchored to origin/incident/2026-11-21-login-fails',
    'not proven: who wrote it, since 11 of 11 commits are not signed',
  ])
  expect(lastLines({ unsigned: 0 })).toHaveLength(1)
  expect(lastLines({ unsigned: 0, anchored_to: null }).join(' ')).toMatch(
    /^verified to event 13 not proven: that nobody wrote .* anew, .*: push the branch/,
  )
})

it('says of no event that it is anchored which no commit holds', () => {
  expect(lastLines({ uncommitted: 2, unsigned: 0 })).toEqual([
    'verified to event 13, anchored to origin/incident/2026-11-21-login-fails up to event 11',
    'not committed yet: 2 events (hotwash sync)',
  ])
})

it('names the problem once', () => {
  const problem = { code: 'fold' as const, writer: '', message: 'event 3 is wrong' }
  const said = (count: number): string | undefined =>
    lastLines({ verified: false, problems: Array.from({ length: count }, () => problem) }).at(-1)
  expect(said(1)).toBe('NOT VERIFIED: 1 problem')
  expect(said(2)).toBe('NOT VERIFIED: 2 problems; the first: event 3 is wrong')
})

it('tells nobody to push a folder', () => {
  const alone = lastLines({ unsigned: 0, anchored_to: null, commits: 0 }).join(' ')
  expect(alone).toContain('a folder has no history')
  expect(alone).not.toContain('push')
})
