import { describe, expect, test } from 'vitest'
import { readHealth } from '../../../../src/steps/kinds/health/read-health.ts'
import { categoryOfPart } from '../../../../src/steps/kinds/health/rating.ts'

const read = (status: number, body: unknown) => {
  const { parts, ...own } = readHealth({
    status,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const rated = [...parts].map(([name, part]) => [name, part.status])
  return { ...own, parts: Object.fromEntries(rated) as Record<string, string> }
}

describe('what a service says of its health', () => {
  test.each<[string, number, unknown, string, Record<string, string>]>([
    ['plain ok', 200, 'ok', 'ok', {}],
    ['plain text with a dot', 200, 'OK.\n', 'ok', {}],
    ['an empty answer', 204, '', 'ok', {}],
    ['a page', 200, '<html><title>Welcome</title>down</html>', 'ok', {}],
    ['plain Unhealthy (ASP.NET)', 503, 'Unhealthy', 'down', {}],
    ['plain Degraded (ASP.NET)', 200, 'Degraded', 'degraded', {}],
    ['text that contradicts its code', 200, 'DOWN', 'down', {}],
    ['a word in JSON', 200, '"Healthy"', 'ok', {}],
    ['true', 200, true, 'ok', {}],
    ['{ok: true}', 200, { ok: true, uptime: 12 }, 'ok', {}],
    ['{ok: true, db: "up"}', 200, { ok: true, db: 'up', version: '1.2' }, 'ok', { db: 'ok' }],
    [
      '{ok: true} with a database that is not',
      200,
      { ok: true, db: false, debug: false },
      'down',
      { db: 'down' },
    ],
    ['{status: "ok"}', 200, { status: 'ok' }, 'ok', {}],
    ['{status: "healthy"}', 200, { status: 'healthy', checks: {} }, 'ok', {}],
    [
      'Spring Boot, down',
      503,
      {
        status: 'DOWN',
        components: {
          db: { status: 'DOWN', details: { error: 'Connection to db refused' } },
          diskSpace: { status: 'UP', details: { total: 1, threshold: 2, exists: true } },
          readiness: { status: 'UP', components: { pool: { status: 'OUT_OF_SERVICE' } } },
        },
        groups: ['liveness'],
      },
      'down',
      { db: 'down', diskSpace: 'ok', readiness: 'ok', 'readiness.pool': 'down' },
    ],
    [
      'application/health+json',
      200,
      {
        status: 'warn',
        version: '1',
        checks: {
          'db:connections': [
            { status: 'pass', observedValue: 75, observedUnit: 'ms' },
            {
              status: 'warn',
              observedValue: 900,
              observedUnit: 'ms',
              output: 'pool is nearly full',
            },
          ],
          uptime: [{ status: 'pass' }],
        },
      },
      'degraded',
      { 'db:connections': 'degraded', uptime: 'ok' },
    ],
    [
      'ASP.NET Core with entries',
      503,
      {
        status: 'Unhealthy',
        totalDuration: '00:00:00.0123',
        entries: {
          sql: { status: 'Unhealthy', description: 'cannot open database', tags: ['db'] },
          cache: { status: 'Healthy' },
        },
      },
      'down',
      { sql: 'down', cache: 'ok' },
    ],
    [
      'ASP.NET Core with results',
      200,
      { status: 'Healthy', results: { sql: { status: 'Healthy' } } },
      'ok',
      { sql: 'ok' },
    ],
    [
      'Terminus',
      503,
      {
        status: 'error',
        info: { web: { status: 'up' } },
        error: { database: { status: 'down', message: 'timeout' } },
        details: { web: { status: 'up' }, database: { status: 'down', message: 'timeout' } },
      },
      'down',
      { web: 'ok', database: 'down' },
    ],
    [
      'a list of checks',
      200,
      {
        status: 'ok',
        checks: [
          { name: 'db', status: 'ok' },
          { name: 'queue', state: 'down' },
        ],
      },
      'down',
      { db: 'ok', queue: 'down' },
    ],
    [
      'JSend',
      200,
      { status: 'success', data: { database: 'connected' } },
      'ok',
      { database: 'ok' },
    ],
    [
      'parts that are connected or not',
      200,
      { status: 'ok', redis: { connected: false } },
      'down',
      { redis: 'down' },
    ],
    [
      'settings, which are none',
      200,
      { ok: true, log_level: 'error', maintenance: false, mode: 'test', debug: 'off' },
      'ok',
      {},
    ],
    ['a redirect to a login page', 302, '', 'down', {}],
    ['nothing there', 404, 'Not Found', 'down', {}],
    ['a code that contradicts ok', 503, { status: 'ok' }, 'down', {}],
    [
      'a service that lies about its part',
      200,
      { status: 'UP', components: { db: { status: 'DOWN' } } },
      'down',
      { db: 'down' },
    ],
    ['broken JSON', 200, '{"status": "ok"', 'ok', {}],
    ['null', 200, 'null', 'ok', {}],
    [
      'names of JavaScript',
      200,
      '{"__proto__": {"status": "down"}, "status": "ok"}',
      'down',
      { ['__proto__']: 'down' },
    ],
  ])('%s', (_, status, body, expected, parts) => {
    const health = read(status, body)
    expect(health.status).toBe(expected)
    expect(health.parts).toEqual(parts)
  })

  test('is quoted with its words', () => {
    expect(read(503, { status: 'error', message: 'no pool' }).says).toBe(
      'HTTP 503, says error: no pool',
    )
    expect(read(200, 'OK').says).toBe('HTTP 200, says OK')
    expect(read(200, '<html>').says).toBe('HTTP 200')
  })

  test('takes latencies of parts where they are told', () => {
    const { parts } = readHealth({
      status: 200,
      body: JSON.stringify({
        status: 'pass',
        checks: {
          db: [{ status: 'pass', observedValue: 7.4, observedUnit: 'ms' }],
          a: [{ status: 'pass', observedValue: 9 }],
        },
      }),
    })
    expect([parts.get('db')?.latencyMs, parts.get('a')?.latencyMs]).toEqual([7, undefined])
  })

  test('is bounded', () => {
    const components = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, n) => [`c${n}`, { status: 'UP' }]),
    )
    expect(Object.keys(read(200, { status: 'UP', components }).parts)).toHaveLength(100)
    const deep = '{"components":{"a":'.repeat(2_000) + '1' + '}}'.repeat(2_000)
    expect(read(200, deep).status).toBe('ok')
    const nested = `{"checks": {"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}}`
    expect(read(200, nested).status).toBe('ok')
  })
})

test.each([
  ['db', '', 'database'],
  ['primary-database', '', 'database'],
  ['oauth', '', 'auth'],
  ['app config', '', 'config'],
  ['mail', 'connect ECONNREFUSED', 'dependency'],
  ['feedback', '', 'unknown'],
])('the category of %s %s is %s', (name, text, category) => {
  expect(categoryOfPart(name, text)).toBe(category)
})
