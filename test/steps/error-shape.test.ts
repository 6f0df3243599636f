import { expect, test } from 'vitest'
import { plainShape, shapeOf } from '../../src/steps/error-shape.ts'
import { createTally } from '../../src/steps/error-tally.ts'

const answer = (body: string, status = 500) => ({ status, headers: {}, body })

test('the message of an answer is found in JSON, in a title, and in plain text', () => {
  expect(shapeOf(answer('{"error":{"message":"Failed query"}}'))).toBe('500 Failed query')
  expect(shapeOf(answer('<html><title>502 Bad Gateway</title><p>x</html>', 502))).toBe(
    '502 502 Bad Gateway',
  )
  expect(shapeOf(answer('no\nsuch  table'))).toBe('500 no such table')
})

test.each([
  [
    'duplicate key value violates unique constraint "users_email_key" Key (email)=(ada@example.test) already exists.',
    'duplicate key value violates unique constraint "users_email_key" Key (email)=(…) already exists.',
  ],
  [
    'Failed query: select "id" from "users" where "email" = $1 params: ada@example.test,7',
    'Failed query: select "id" from "users" where "email" = $1 params: …',
  ],
  ["Duplicate entry 'ada' for key 'users.name'", "Duplicate entry '…' for key 'users.name'"],
  ['invalid input syntax for type uuid: "ada lovelace"', 'invalid input syntax for type uuid: "…"'],
  ['no user ada@example.test', 'no user ADDRESS'],
  ['Bearer abcdefgh12345678 refused', 'Bearer HIDDEN refused'],
  [
    'GET https://login.example.test/cb?code=abc123&state=x failed',
    'GET https://login.example.test/cb failed',
  ],
  ['https://ada:hunter2@db.example.test/x', 'https://db.example.test/x'],
  ['session Zx81kq9LmPq2TTv0Zx81kq9LmPq2 unknown', 'session TOKEN unknown'],
  ['user 4711234 took 12 ms', 'user N took 12 ms'],
  ['ends at 2026-11-21T17:17:14.148Z, is late', 'ends at TIME, is late'],
  ['since 2026-11-21 17:17:14+01:00', 'since TIME'],
  ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED 127.0.0.1:5432'],
  ['connect ECONNREFUSED db:27017', 'connect ECONNREFUSED db:27017'],
  ['read ECONNRESET 10.0.0.4:51234', 'read ECONNRESET 10.0.0.4:N'],
  ['{"id":51234,"at":1763730000}', '{"id":N,"at":N}'],
])('what is private or changes is left out: %s', (text, shape) => {
  expect(plainShape(text)).toBe(shape)
})

test('a shape is cut between words, so that no half of a secret is left over', () => {
  const secret = 'correct-horse-battery-staple-and-more'
  for (let padding = 60; padding < 130; padding++) {
    const text = `${'x'.repeat(padding)} ${secret} tail`
    for (const shape of [plainShape(text), shapeOf(answer(text))]) {
      expect(shape.length).toBeLessThanOrEqual(120)
      expect(shape.includes('correct')).toBe(shape.includes(secret))
    }
  }
  const far = `${'<b>'.repeat(1_363)}aa ${secret}`
  expect(shapeOf(answer(far))).not.toContain('correct')
})

test('the tally counts by category and shape, with the context of the first and the time of the last', () => {
  const tally = createTally()
  for (const [at, id] of [
    ['2026-11-21T03:00:00.000Z', 'a'],
    ['2026-11-21T03:00:01.000Z', 'b'],
  ] as const) {
    tally.add(`500 Failed query of ${id === 'a' ? 4711 : 4712}`, {
      category: 'database',
      context: { at, request_id: id },
    })
  }
  tally.add('connection refused', { category: 'dependency' })
  expect(tally.groups()).toEqual([
    {
      shape: '500 Failed query of N',
      category: 'database',
      count: 2,
      first: { at: '2026-11-21T03:00:00.000Z', request_id: 'a' },
      last_at: '2026-11-21T03:00:01.000Z',
    },
    { shape: 'connection refused', category: 'dependency', count: 1, first: {} },
  ])
  expect(tally.byCategory()).toMatchObject({ database: 2, dependency: 1, auth: 0 })
  expect(tally.inWords()).toBe('2 x 500 Failed query of N; 1 x connection refused')
})

test('the tally stays small however many shapes there are, and loses no count', () => {
  const tally = createTally()
  for (let n = 0; n < 5_000; n++) tally.add(`error ${String.fromCharCode(97 + (n % 26))}${n % 999}`)
  expect(tally.groups().length).toBeLessThanOrEqual(51)
  expect(tally.total()).toBe(5_000)
})
