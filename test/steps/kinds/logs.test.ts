/** The kind logs, over real files and commands. */
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { logs } from '../../../src/steps/kinds/logs.ts'
import { commandContext } from '../command-context.ts'
import { category, logFolder } from './logs/log-folder.ts'

const { folder, file, newPath, read } = logFolder()

const at = (clock: string, words: string) => `2026-11-21T${clock}Z ${words}`

describe('patterns', () => {
  test('count entries by category, with the first and the last time and the messages', async () => {
    const outcome = await read({
      file: file(
        at('10:00:00', 'INFO started'),
        at('10:00:01', 'ERROR Failed query: select 1 where id = 12345'),
        at('10:00:02', 'ERROR connect ECONNREFUSED 10.0.0.1:5432'),
        at('10:00:03', 'ERROR Failed query: select 1 where id = 99999'),
      ),
      categories: { database: ['Failed quer(y|ies)', 'ECONN'], disk: ['ENOSPC'] },
    })
    expect(outcome.data).toMatchObject({ total: 3, lines: 4, outside: 0, skipped: 0 })
    const seen = category(outcome, 'database')
    expect(seen).toMatchObject({
      count: 3,
      first_seen: '2026-11-21T10:00:01.000Z',
      last_seen: '2026-11-21T10:00:03.000Z',
    })
    expect(seen.samples[0]).toMatchObject({ count: 2 })
    expect(seen.samples[0]?.message).toContain('Failed query: select N where id = N')
    expect(category(outcome, 'disk')).toEqual({
      count: 0,
      first_seen: '',
      last_seen: '',
      samples: [],
    })
  })

  test('mind the case of letters, unless they are told not to', async () => {
    const path = file(at('10:00:00', 'FAILED QUERY'))
    const categories = { database: ['failed query'] }
    expect((await read({ file: path, categories })).data['total']).toBe(0)
    expect((await read({ file: path, categories, ignore_case: true })).data['total']).toBe(1)
  })

  test('are tried on every line when they need no text of three letters', async () => {
    const outcome = await read({
      file: file('a=1', 'b=22', 'c=333'),
      categories: { many: ['\\d{2,}$'], few: ['^[ab]='] },
    })
    expect(category(outcome, 'many').count).toBe(2)
    expect(category(outcome, 'few').count).toBe(2)
    expect(outcome.notes?.join()).toContain('every line was tried')
  })

  test('meet what JSON wrote as an escape', async () => {
    const line = JSON.stringify({ time: 1795255200000, msg: 'Failed query: from "users"\tü' })
    const outcome = await read({ file: file(line), categories: { a: ['from "users"\\tü'] } })
    expect(category(outcome, 'a').count).toBe(1)
  })

  test('that go back and forth without end fail the step, and it says which', async () => {
    const outcome = await read({
      file: file(`${'a'.repeat(60)}!`),
      categories: { slow: ['^(a+)+$'] },
    })
    expect(outcome.ended).toBe('failed')
    expect(outcome.reason).toContain('^(a+)+$ of slow takes too long')
  }, 20_000)

  test('are refused where they are no regular expressions', () => {
    const result = logs.params.safeParse({ file: 'x', categories: { a: ['ok', '(half'] } })
    expect(result.error?.issues[0]).toMatchObject({ path: ['categories', 'a', 1] })
    expect(result.error?.issues[0]?.message).toContain('no regular expression')
  })
})

describe('entries', () => {
  test('keep their stack traces, and are counted once', async () => {
    const path = file(
      at('10:00:00', 'ERROR request failed'),
      'Traceback (most recent call last):',
      '  File "a.py", line 3, in f',
      'psycopg2.OperationalError: connection pool exhausted',
      at('10:00:01', 'INFO fine'),
      'Error: Failed query: one',
      '    at f (a.js:1:1)',
      'Error: Failed query: two',
      '    at f (a.js:1:1)',
    )
    const outcome = await read({
      file: path,
      categories: { a: ['connection pool', 'Failed query'] },
    })
    const seen = category(outcome, 'a')
    expect(seen.count).toBe(3)
    expect(seen.first_seen).toBe('2026-11-21T10:00:00.000Z')
    expect(seen.samples.map(({ message }) => message)).toEqual([
      'psycopg2.OperationalError: connection pool exhausted',
      'Error: Failed query: one',
      'Error: Failed query: two',
    ])
  })

  test('begin where a logger put the traceback behind a time; what was raised tells, not its source', async () => {
    const path = file(
      '[21/Nov/2026 10:00:00] ERROR Traceback (most recent call last):',
      '  File "a.py", line 3, in f',
      "    raise ValueError('password cannot be longer than 72 bytes')",
      'ValueError: password cannot be longer than 72 bytes',
      '[21/Nov/2026 10:00:01] INFO fine',
    )
    const outcome = await read({ file: path, zone: 'utc', categories: { hash: ['longer than'] } })
    const seen = category(outcome, 'hash')
    expect(seen).toMatchObject({ count: 1, first_seen: '2026-11-21T10:00:00.000Z' })
    expect(seen.samples[0]?.message).toMatch(/^ValueError: password/)
  })

  test('say where they happened: JSON lines and access logs', async () => {
    const json = {
      level: 50,
      ts: 1795255204.5,
      msg: 'login failed',
      err: { code: 'ECONNREFUSED', message: 'connect refused' },
      req: {
        method: 'POST',
        url: '/users/jane@example.test?token=abc',
        headers: { 'user-agent': 'curl/8' },
        id: 7,
      },
    }
    const access =
      '10.0.0.9 - - [21/Nov/2026:11:00:06 +0100] "GET /me?x=1 HTTP/1.1" 502 9 "-" "Browser/1"'
    const outcome = await read({ file: file(JSON.stringify(json), access), samples: 1 })
    expect(outcome.data['total']).toBe(2)
    expect(outcome.evidence[0]).toMatchObject({ label: 'log' })
    const kept = JSON.stringify(outcome)
    for (const word of [
      'POST /users/ADDRESS',
      'curl/8',
      '2026-11-21T10:00:04.500Z',
      'GET /me',
      'Browser/1',
    ]) {
      expect(kept).toContain(word)
    }
    for (const word of ['token=abc', 'x=1', '10.0.0.9', 'jane']) expect(kept).not.toContain(word)
  })

  test('without patterns are errors by what they say, not lines that only name a database', async () => {
    const outcome = await read({
      file: file(
        at('10:00:00', 'INFO connected to postgres'),
        at('10:00:01', 'ERROR column "hash" does not exist'),
        at('10:00:02', 'WARN jwt expired'),
        '{"level":"info","msg":"no error in postgres"}',
        '{"level":50,"msg":"odd"}',
        'Client must be connected before running operations',
      ),
    })
    const counts = ['database', 'auth', 'unknown'].map((name) => category(outcome, name).count)
    expect(counts).toEqual([2, 1, 1])
  })

  test('that are no JSON are skipped where the format is, and counted', async () => {
    const path = file('{"msg":"boom one"}', 'boom two', '{"msg":"boom', '{"msg":"fine"}')
    const categories = { a: ['boom'] }
    const strict = await read({ file: path, format: 'json', categories })
    expect(strict.data).toMatchObject({ total: 1, skipped: 2 })
    expect((await read({ file: path, categories })).data).toMatchObject({ total: 3, skipped: 0 })
  })
})

describe('a window', () => {
  const lines = [
    at('09:00:00', 'boom a'),
    at('10:00:00', 'boom b'),
    '  more of b',
    at('11:00:00', 'boom c'),
  ]

  test('takes entries since a moment and until another', async () => {
    const asked = { file: file(...lines), categories: { a: ['boom'] } }
    const since = await read({ ...asked, since: '2026-11-21T10:00:00Z' })
    expect(since.data).toMatchObject({ total: 2, outside: 1 })
    const until = await read({ ...asked, until: '2026-11-21T10:30:00+00:00' })
    expect(until.data).toMatchObject({
      total: 2,
      outside: 1,
      last_seen: '2026-11-21T10:00:00.000Z',
    })
  })

  test('reaches back as long as it says', async () => {
    const ago = (ms: number) => new Date(Date.now() - ms).toISOString()
    const path = file(`${ago(7_200_000)} boom`, `${ago(60_000)} boom`)
    const outcome = await read({ file: path, since: '1h', categories: { a: ['boom'] } })
    expect(outcome.data).toMatchObject({ total: 1, outside: 1 })
  })

  test('counts what has no time, unless a line above it has one, and says so', async () => {
    const path = file('boom before any time', at('09:00:00', 'fine'), 'boom after nine')
    const outcome = await read({
      file: path,
      since: '2026-11-21T10:00:00Z',
      categories: { a: ['boom'] },
    })
    expect(outcome.data).toMatchObject({ total: 1, outside: 1, without_time: 1 })
    expect(outcome.notes?.join()).toContain('have no readable time')
  })

  test('may begin where an earlier step ended', async () => {
    const path = file('boom old')
    const categories = { a: ['boom'] }
    const first = await read({ file: path, categories })
    appendFileSync(path, 'boom new\nboom newer\n')
    const second = await read({ file: path, categories, from_byte: first.data['read_to'] })
    expect([first.data['total'], second.data['total']]).toEqual([1, 2])
    truncateSync(path, 5)
    const third = await read({ file: path, categories, from_byte: second.data['read_to'] })
    expect(third.notes?.join()).toContain('it was read from its beginning')
  })

  test('that begins before the log says where the rest may be', async () => {
    const path = file(at('10:00:00', 'boom'))
    const asked = { file: path, categories: { a: ['boom'] } }
    const early = { ...asked, since: '2026-11-21T09:00:00Z' }
    expect((await read(early)).notes?.join()).not.toContain('.1')
    writeFileSync(`${path}.1`, 'older')
    expect((await read(early)).notes?.join()).toContain(`${path}.1 is there: it was not read`)
    const late = { ...asked, since: '2026-11-21T10:00:00Z' }
    expect((await read(late)).notes?.join()).not.toContain('.1')
  })

  test('is no other words than a time', () => {
    for (const since of ['yesterday', '1 h', '2026-13-40T00:00:00Z', '2026-11-21']) {
      expect(logs.params.safeParse({ file: 'x', since }).success).toBe(false)
    }
  })
})

describe('secrets', () => {
  test('are masked in samples, though the bytes that hold them came in two pieces', async () => {
    const context = commandContext(folder)
    context.redactor.add('KEY', 'correct-horse-battery')
    // The buffer of the scan holds 2 MiB, and pieces of a file are 1 MiB.
    for (const size of [1 << 20, 2 << 20]) {
      for (const cut of [1, 10, 20]) {
        const line = 'boom correct-horse-battery end'
        const pad = `${'x'.repeat(99)}\n`.repeat(Math.ceil(size / 100)).slice(-(size - 5 - cut))
        const path = newPath()
        writeFileSync(path, `${pad.slice(0, -1)}\n${line}\n`)
        const outcome = await read({ file: path, categories: { a: ['boom'] } }, context)
        expect(category(outcome, 'a').samples[0]?.message).toBe('boom [masked:KEY] end')
        expect(JSON.stringify(outcome)).not.toContain('horse')
      }
    }
  })

  test('are masked where a message is cut', async () => {
    const context = commandContext(folder)
    context.redactor.add('KEY', 'correct-horse-battery')
    for (let before = 90; before < 130; before += 1) {
      const path = file(`boom ${'y'.repeat(before)} correct-horse-battery`)
      const outcome = await read({ file: path, categories: { a: ['boom'] } }, context)
      expect(JSON.stringify(outcome)).not.toMatch(/corr|battery/)
    }
  })
})

test('a plan says what is read and what is counted', () => {
  const plan = (asked: object) =>
    logs.plan(logs.params.parse(asked) as never, commandContext(folder))
  expect(plan({ file: 'app.log', since: '1h' })).toBe(
    'reads app.log, since 1h, and counts errors by category',
  )
  expect(plan({ command: ['journalctl', '-u', 'a b'], categories: { x: ['y'] } })).toBe(
    "reads the output of journalctl -u 'a b' and counts lines by the patterns of x",
  )
})
