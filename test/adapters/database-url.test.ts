import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parsePostgresUrl } from '../../src/adapters/postgres/url.ts'
import { parseSqliteUrl } from '../../src/adapters/sqlite/url.ts'
import { HotwashError } from '../../src/errors.ts'
import { testDatabases } from './database-parts.ts'

const its = testDatabases()
const SECRET = 'gRz81kQ'

const refusal = (url: string): HotwashError => {
  try {
    its.port.open(url)
  } catch (error) {
    if (error instanceof HotwashError) return error
    throw error
  }
  return expect.unreachable(`${url} was accepted`)
}

describe('a database url', () => {
  test.each([
    ['a keyword list', `host=db dbname=app password=${SECRET}`, 'keyword list'],
    ['a host list', `postgres://app:${SECRET}@one:5432,two:5432/app`, 'several hosts'],
    ['another engine', `mysql://app:${SECRET}@db/app`, 'mysql'],
    ['nothing', '', 'empty'],
    ['a path', './app.db', 'does not begin with'],
    ['a # in the password', `postgres://app:${SECRET}#1@db/app`, 'cannot be read'],
    ['a / in the password', `postgres://app:${SECRET}/1@db/app`, 'cannot be read'],
    ['a bare % in the password', `postgres://app:${SECRET}%zz@db/app`, 'begins no escape'],
    ['a line break in the password', `postgres://app:${SECRET}%0Ax@db/app`, 'line break'],
    ['no user', `postgres://db/app`, 'names no user'],
    ['an unknown parameter', `postgres://app:${SECRET}@db/app?options=-c`, 'parameter options'],
    ['an unknown sslmode', `postgres://app:${SECRET}@db/app?sslmode=yes`, 'unknown sslmode'],
    ['no slashes', `postgres:app`, 'no //'],
    ['a database in memory', 'sqlite::memory:', 'in memory'],
    ['an ambiguous path', 'sqlite:///app.db', 'ambiguous'],
    ['no path', 'sqlite:', 'names no file'],
  ])('is refused when it is %s, without its password', (_what, url, words) => {
    const error = refusal(url)
    expect(error.code).toBe('INVALID_RUNBOOK')
    expect(error.message).toContain(words)
    expect(error.hint).toBeTruthy()
    expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain(SECRET)
  })

  test('is read in parts, escapes undone, and labeled without user and password', () => {
    const target = parsePostgresUrl(
      'postgresql+asyncpg://ma%40ria:p%40ss%2Fw%3A@[::1]:6432/my%20db',
    )
    expect(target).toMatchObject({
      host: '::1',
      port: 6432,
      user: 'ma@ria',
      password: 'p@ss/w:',
      database: 'my db',
      label: '[::1]:6432/my db',
      sslMode: 'prefer',
    })
    expect(parsePostgresUrl('postgres://u:p@db.example.test/app').label).toBe('db.example.test/app')
  })

  test('may name a socket folder, a schema and files for TLS', () => {
    const url =
      'postgres://u:p@localhost/app?host=/run/pg&schema=login&sslmode=verify-full&sslrootcert=/ca'
    expect(parsePostgresUrl(url)).toMatchObject({
      host: '/run/pg',
      schema: 'login',
      sslMode: 'verify-full',
      sslFiles: { ca: '/ca' },
    })
  })

  test('of SQLite is relative to the root', () => {
    expect(parseSqliteUrl('sqlite:data/app.db', '/srv').path).toBe('/srv/data/app.db')
    expect(parseSqliteUrl('sqlite:/data/app.db', '/srv').path).toBe('/data/app.db')
  })

  test('of SQLite with three slashes means the file that is there, with four an absolute path', () => {
    const root = mkdtempSync(join(tmpdir(), 'hotwash-url-'))
    writeFileSync(join(root, 'app.db'), '')
    expect(parseSqliteUrl('sqlite:///app.db', root).path).toBe(join(root, 'app.db'))
    expect(parseSqliteUrl('sqlite:///./app.db', root).path).toBe(join(root, 'app.db'))
    expect(parseSqliteUrl(`sqlite://${root}/app.db`, '/srv').path).toBe(join(root, 'app.db'))
    expect(parseSqliteUrl('sqlite:////data/app.db', root).path).toBe('/data/app.db')
    expect(() => parseSqliteUrl('sqlite:///none.db', root)).toThrow('ambiguous')
    expect(() => parseSqliteUrl('sqlite://app.db', root)).toThrow('ambiguous')
  })
})
