import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHttpPort } from '../../../src/adapters/http.ts'
import { TrackerTrouble } from '../../../src/usecases/actions/trackers/ask-tracker.ts'
import { github, githubHeaders } from '../../../src/usecases/actions/trackers/github.ts'
import { openTrackers, TOKEN, type Trackers } from '../../services/trackers.ts'

let forge: Trackers
beforeAll(async () => {
  forge = await openTrackers()
})
afterAll(() => forge.close())

const tracker = (token = TOKEN, repo = 'acme/login') =>
  github(
    {
      http: createHttpPort(),
      base: forge.url,
      headers: githubHeaders(token),
      what: `repository ${repo}`,
      now: () => Date.parse('2026-11-21T10:00:00Z'),
    },
    repo,
  )

const trouble = async (act: Promise<unknown>): Promise<TrackerTrouble> => {
  const error = await act.then(
    () => undefined,
    (problem: unknown) => problem,
  )
  expect(error).toBeInstanceOf(TrackerTrouble)
  return error as TrackerTrouble
}

const create = () => tracker().create({ title: 'T', body: 'B', due: undefined })

test.each([
  [401, {}, 'does not know the token', 'not expired', true],
  [403, {}, 'refuses this to the token', 'write issues in repository acme/login', true],
  [
    403,
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1795262400' },
    'limit of requests',
    'after 2026-11-21T12:00:00Z',
    true,
  ],
  [403, { 'retry-after': '90' }, 'limit of requests', 'after 2026-11-21T10:01:30Z', true],
  [
    429,
    { 'ratelimit-remaining': '0', 'ratelimit-reset': '1795262400' },
    'limit',
    '12:00:00Z',
    true,
  ],
  [429, {}, 'limit of requests', 'later', true],
  [404, {}, 'hides it from the token', 'hotwash.yaml', true],
  [410, {}, 'has no issues', undefined, true],
  [301, { location: '/repositories/1/issues' }, 'has moved', 'new name', true],
  [400, {}, 'does not take this', undefined, false],
  [422, {}, 'does not take this', undefined, false],
  [500, {}, 'failed (500)', 'later', true],
  [503, {}, 'failed (503)', 'later', true],
] as const)('%i with %j is told in words', async (status, headers, says, hint, rest) => {
  forge.next({ on: 'POST', status, headers, body: { message: 'because of it' } })
  const error = await trouble(create())
  expect(error.message).toContain(says)
  expect(error.hint ?? '').toContain(hint ?? '')
  expect(error.rest).toBe(rest)
  expect(JSON.stringify([error.message, error.hint])).not.toContain(TOKEN)
})

test('a repository that is not there, and a wrong token', async () => {
  expect((await trouble(tracker(TOKEN, 'acme/none').find('x'))).message).toContain(
    'knows no repository',
  )
  expect((await trouble(tracker('wrong').find('x'))).message).toContain('Bad credentials')
})

test('a write that may have been done is told as such, a reading is not', async () => {
  forge.next({ on: 'POST', drop: 'after' })
  expect((await trouble(create())).message).toContain('may have been done all the same')
  forge.next({ on: 'GET', drop: 'after' })
  expect((await trouble(tracker().find('x'))).message).not.toContain('may have been done')
})

test('an issue that is gone is no trouble', async () => {
  expect(await tracker().get(4711)).toBeUndefined()
})

test('pull requests are no issues', async () => {
  forge.add({ isPull: true, body: 'a mark here', labels: ['hotwash'] })
  expect(await tracker().find('a mark here')).toEqual([])
})
