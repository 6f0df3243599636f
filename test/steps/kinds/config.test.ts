import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { config } from '../../../src/steps/kinds/config.ts'
import { parseRunbook } from '../../../src/runbook/parse.ts'
import { KINDS } from '../../../src/steps/registry.ts'
import type { Outcome } from '../../../src/steps/kind.ts'
import { commandContext, limitAfter, type ContextOptions } from '../command-context.ts'
import { cpuMs } from '../../cpu-time.ts'

const STRONG = 'q7Gm2VxT9pLk4RzW8sYc1NbJ6hDf3KtE'
const url = (host: string, database: string): string =>
  `postgres://app:Zx81kq9LmPq2@${host}/${database}`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotwash-config-'))
  mkdirSync(join(folder, 'backend'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (path: string, text: string): void => writeFileSync(join(folder, path), text)

async function look(asked: object, options: ContextOptions = {}) {
  const context = commandContext(folder, options)
  const outcome = await config.run(config.params.parse(asked) as never, context)
  return { ...outcome, context }
}

const failed = ({ checks = [] }: Outcome): string[] =>
  checks.filter(({ status }) => status === 'failed').map(({ name }) => name)
const says = ({ data }: Outcome): string[] =>
  (data['problems'] as { says: string }[]).map((problem) => problem.says)

const TWO = { files: ['.env', 'backend/.env'], order: 'first_wins' }

describe('which definition counts', () => {
  beforeEach(() => {
    write('.env', `DATABASE_URL=${url('localhost', 'login_old')}\nPORT=3000\n`)
    write('backend/.env', `DATABASE_URL=${url('localhost', 'login_new')}\nX-Y=1\n`)
  })

  test.each([
    ['first_wins', '.env', 'login_old'],
    ['last_wins', 'backend/.env', 'login_new'],
  ])('with %s it is that of %s', async (order, file, database) => {
    const outcome = await look({ ...TWO, order })
    expect(outcome.data['winners']).toMatchObject({
      DATABASE_URL: { file, host: 'localhost', database },
      PORT: { file: '.env' },
      'X-Y': { file: 'backend/.env' },
    })
    expect(outcome.data['keys']).toEqual(expect.arrayContaining(['DATABASE_URL', 'PORT', 'X-Y']))
  })

  test('two addresses of different databases are called out by name, without user and password', async () => {
    const outcome = await look(TWO)
    expect(outcome.data['differing']).toEqual(['DATABASE_URL'])
    expect(says(outcome)[0]).toMatch(
      /^DATABASE_URL differs: \.env: localhost\/login_old \([0-9a-f]{16}\), backend\/\.env: localhost\/login_new \([0-9a-f]{16}\)$/,
    )
    expect(outcome.data['databases']).toEqual([
      { file: '.env', key: 'DATABASE_URL', host: 'localhost', database: 'login_old' },
      { file: 'backend/.env', key: 'DATABASE_URL', host: 'localhost', database: 'login_new' },
    ])
  })

  test('a key that only one file has is told and is no problem', async () => {
    const outcome = await look({ ...TWO, ignore: ['DATABASE_*'] })
    expect(outcome.data).toMatchObject({
      problems: [],
      differing: [],
      missing: [],
      missing_in: { '.env': ['X-Y'], 'backend/.env': ['PORT'] },
    })
  })

  test('the process environment is a source of its own, which counts first unless it loses', async () => {
    const env = { PATH: process.env['PATH'] ?? '', PORT: '9999', UNRELATED: 'x' }
    const outcome = await look({ ...TWO, environment: true }, { env })
    expect(outcome.data['winners']).toMatchObject({ PORT: { file: 'environment' } })
    expect(outcome.data['keys']).not.toContain('UNRELATED')
    expect(says(outcome).join('\n')).toMatch(/PORT differs: environment: \w+, \.env: \w+/)
    const loses = await look({ ...TWO, environment: 'loses' }, { env })
    expect(loses.data['winners']).toMatchObject({ PORT: { file: '.env' } })
  })

  test('host and database in variables of their own are one database', async () => {
    write(
      '.env',
      'DB_HOST=db.example.test\nDB_PORT=5433\nDB_NAME=login\nDB_PASSWORD=Zx81kq9LmPq2\n',
    )
    const { data } = await look({ files: ['.env'] })
    expect(data['databases']).toEqual([
      { file: '.env', key: 'DB_NAME', host: 'db.example.test:5433', database: 'login' },
    ])
  })
})

describe('what the service really sees', () => {
  beforeEach(() => {
    write('.env', `DATABASE_URL=${url('localhost', 'login_old')}\nSECRET_KEY="${STRONG}"\n`)
    write('backend/.env', `DATABASE_URL=${url('localhost', 'login_new')}\n`)
  })
  const asked = (run: unknown) => ({ ...TWO, ignore: [], loaded_by: { run } })

  test.each([
    ['lines as in an env file', ['cat', 'backend/.env']],
    [
      'lines as `env` prints them',
      ['env', '-i', `DATABASE_URL=${url('localhost', 'login_new')}`, 'env'],
    ],
    [
      'NUL-separated pairs',
      ['printf', '%s\\0', `DATABASE_URL=${url('localhost', 'login_new')}`, 'A=1'],
    ],
    [
      'JSON',
      ['printf', '{"DATABASE_URL": "%s", "nested": {"x": 1}}', url('localhost', 'login_new')],
    ],
    ['a script', 'cat backend/.env'],
  ])('is read from %s and contradicts the order', async (_, run) => {
    const outcome = await look(asked(run))
    expect(failed(outcome)).toContain('as_loaded')
    expect(outcome.data['loaded']).toMatchObject({
      DATABASE_URL: { file: 'backend/.env', same: false, database: 'login_new' },
    })
    expect(says(outcome)).toContainEqual(
      expect.stringMatching(
        /^DATABASE_URL: the service sees that of backend\/\.env, localhost\/login_new .*; by the order it would be that of \.env, localhost\/login_old/,
      ),
    )
  })

  test('agrees with the winner where it does', async () => {
    const outcome = await look(asked(['cat', '.env']))
    expect(failed(outcome)).toEqual(['sources_agree'])
    expect(outcome.checks).toContainEqual(
      expect.objectContaining({ name: 'as_loaded', status: 'passed' }),
    )
  })

  test('may be a value that no file has, which is masked from then on', async () => {
    const outcome = await look(asked(['printf', 'SECRET_KEY=Yy42hidden%s\\n', 'Value77']))
    expect(says(outcome).join()).toContain(
      'SECRET_KEY: the service sees a value that no source has',
    )
    expect(outcome.context.mask('x Yy42hiddenValue77 x')).toBe('x [masked:loaded:SECRET_KEY] x')
  })

  test('is never shown live nor kept, and neither is what a failing command says', async () => {
    const outcome = await look(asked('cat .env >&2; cat .env; exit 3'))
    expect(says(outcome)).toContain('bash ended with 3; what it said is not kept')
    expect(outcome.context.lines).toEqual([])
    expect(JSON.stringify([outcome.data, outcome.evidence, outcome.checks])).not.toContain(STRONG)
  })

  test.each([
    ['nothing', ['true'], /printed no KEY=VALUE lines/],
    ['broken JSON', ['echo', '{"a":'], /printed no KEY=VALUE lines/],
    ['no such program', ['./no-such-program'], /no-such-program/],
    ['too much', ['head', '-c', '5000000', '/dev/zero'], /printed more than/],
  ])('is a problem, not a crash, with %s', async (_, run, expected) => {
    const outcome = await look(asked(run))
    expect(outcome.ended).toBe('completed')
    expect(says(outcome).join('\n')).toMatch(expected)
  })

  test('is not taken for agreement when it tells nothing of these keys', async () => {
    const outcome = await look(asked(['echo', 'OTHER=1']))
    expect(outcome.checks).toContainEqual(
      expect.objectContaining({ name: 'as_loaded', status: 'not_checked' }),
    )
  })

  test('does not outlast the step', async () => {
    const outcome = await look(asked(['sleep', '60']), { signal: limitAfter(50) })
    expect(outcome.ended).toBe('timed_out')
  })
})

describe('two environments', () => {
  const compare = { staging: 'staging.env', production: 'production.env' }

  test('differ by key and fingerprint', async () => {
    write('staging.env', `DATABASE_URL=${url('db-s', 'login')}\nMODE=a\nONLY=1\nSAME=x\n`)
    write('production.env', `DATABASE_URL=${url('db-p', 'login')}\nMODE=b\nSAME=x\n`)
    const outcome = await look({
      compare,
      rules: { DATABASE_URL: { between: 'different' } },
    })
    expect(failed(outcome)).toEqual(['environments_agree'])
    expect(outcome.data).toMatchObject({
      differing: ['DATABASE_URL', 'MODE'],
      missing: ['ONLY'],
      missing_in: { production: ['ONLY'] },
    })
    expect(says(outcome)).toEqual([
      expect.stringMatching(/^MODE differs: staging: [0-9a-f]{16}, production: [0-9a-f]{16}$/),
      'ONLY is missing in production',
    ])
  })

  test('must not share a secret that is to be different', async () => {
    write('staging.env', `JWT_SECRET=${STRONG}\n`)
    write('production.env', `JWT_SECRET=${STRONG}\n`)
    const outcome = await look({ compare, rules: [{ key: 'JWT_SECRET', between: 'different' }] })
    expect(says(outcome)).toEqual([
      'JWT_SECRET is the same in staging, production, and must not be',
    ])
  })

  test('are each judged by the rules', async () => {
    write('staging.env', 'JWT_SECRET=changeme\n')
    write('production.env', `JWT_SECRET=${STRONG}\n`)
    const rules = { JWT_SECRET: { strength: 'strong', between: 'any' }, PORT: { required: true } }
    const outcome = await look({ compare, rules })
    expect(says(outcome)).toEqual([
      'JWT_SECRET in staging is a known weak value',
      'JWT_SECRET in staging is weaker than 128 bits: it is made of common words',
      'PORT is not set in staging',
      'PORT is not set in production',
    ])
  })
})

describe('rules', () => {
  const judge = async (value: string, rule: object): Promise<string[]> => {
    write('.env', `KEY=${value}\n`)
    return says(await look({ files: ['.env'], rules: { KEY: rule } }))
  }

  test.each<[string, string, object]>([
    ['is not a url', 'localhost:3000', { type: 'url' }],
    ['is not a PostgreSQL url with host and database', 'mysql://a:b@h/d', { type: 'postgres_url' }],
    [
      'is not a PostgreSQL url with host and database',
      'postgres://a:b@h',
      { type: 'postgres_url' },
    ],
    ['is not a whole number', '3000x', { type: 'integer' }],
    ['is not true or false', 'maybe', { type: 'boolean' }],
    ['is not hexadecimal', 'abc', { type: 'hex' }],
    ['is not base64', 'a b', { type: 'base64' }],
    ['does not match ^v[0-9]+$', 'x1', { pattern: '^v[0-9]+$' }],
    ['has fewer than 32 characters', 'q7Gm2VxT9pLk', { min_length: 32 }],
    ['is a known weak value', 'ChangeMe', { not: [] }],
    ['is a known weak value', 'our-old-one', { not: ['our-old-one'] }],
    ['is weaker than 64 bits', 'q7Gm2V', { strength: 'fair' }],
    ['is empty in .env', '', { required: true }],
  ])('%s: %s', async (expected, value, rule) => {
    const problems = await judge(value, rule)
    expect(problems.join('\n')).toContain(expected)
    expect(problems.join('\n')).not.toContain(value || 'nothing at all')
  })

  test.each<[string, object]>([
    ['https://login.example.test', { type: 'url' }],
    ['postgresql+asyncpg://a:b@h:5432/d?ssl=require', { type: 'postgres_url' }],
    ['-12', { type: 'integer' }],
    ['TRUE', { type: 'boolean' }],
    ['0xdeadbeef', { type: 'hex' }],
    ['aGVsbG8td29ybGQ=', { type: 'base64' }],
    [STRONG, { required: true, min_length: 32, strength: 'strong', not: ['x'] }],
    ['', { type: 'url' }],
  ])('let %s pass', async (value, rule) => {
    expect(await judge(value, rule)).toEqual([])
  })

  test('with a * are about every key that it means, and required asks for one', async () => {
    write('.env', 'A_SECRET=changeme\nB_SECRET=secret\nOTHER=changeme\n')
    const outcome = await look({
      files: ['.env'],
      rules: { '*_SECRET': { not: [] }, '*_TOKEN': { required: true } },
    })
    expect(says(outcome)).toEqual([
      'A_SECRET in .env is a known weak value',
      'B_SECRET in .env is a known weak value',
      'no key *_TOKEN is set',
    ])
  })

  test('are judged on the value that counts, and the others are noted', async () => {
    write('.env', `JWT_SECRET=${STRONG}\n`)
    write('backend/.env', 'JWT_SECRET=changeme\n')
    const outcome = await look({
      ...TWO,
      ignore: ['JWT_SECRET'],
      rules: { JWT_SECRET: { not: [] } },
    })
    expect(says(outcome)).toEqual([])
    expect(outcome.notes).toContain(
      'JWT_SECRET in backend/.env, which does not count, is a known weak value',
    )
  })

  test('about what is not set are not checked, never passed', async () => {
    write('.env', 'A=1\n')
    const { checks } = await look({ files: ['.env'], rules: { B: { type: 'integer' } } })
    expect(checks).toContainEqual(expect.objectContaining({ name: 'B', status: 'not_checked' }))
  })
})

describe('files that are not as they should be', () => {
  test.each<[string, (path: string) => void, RegExp]>([
    ['is missing', () => {}, /^bad\.env is missing$/],
    ['is a folder', (path) => mkdirSync(path), /is a folder/],
    [
      'is a pipe',
      (path) => void execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', path]),
      /is no regular file/,
    ],
    ['is a link to nothing', (path) => symlinkSync('nowhere', path), /is missing/],
    ['is UTF-16', (path) => writeFileSync(path, Buffer.from('A=1', 'utf16le')), /holds a NUL/],
    [
      'has a gigabyte',
      (path) => {
        writeFileSync(path, 'A=1\n')
        truncateSync(path, 2 ** 30)
      },
      /is larger than 1048576 bytes/,
    ],
    [
      'has too many keys',
      (path) => writeFileSync(path, Array.from({ length: 20_001 }, (_, n) => `K${n}=1`).join('\n')),
      /more than 20000 keys/,
    ],
    [
      'has lines of something else',
      (path) => writeFileSync(path, 'A=1\nlonely\n'),
      /no KEY=VALUE in line 2/,
    ],
    [
      'has a key twice',
      (path) => writeFileSync(path, 'A=1\nB=1\nA=2\n'),
      /A is given in lines 1, 3 of bad\.env, with different values; the last one counts/,
    ],
    [
      'has an open quotation mark',
      (path) => writeFileSync(path, 'A="x\nB="y"\n'),
      /quotation mark at A in line 1/,
    ],
  ])('a file that %s is a problem and no crash', async (_, make, expected) => {
    make(join(folder, 'bad.env'))
    write('.env', 'Z=1\n')
    const began = cpuMs()
    const outcome = await look({ files: ['bad.env', '.env'], order: 'last_wins' })
    expect(cpuMs() - began).toBeLessThan(5_000)
    expect(outcome.ended).toBe('completed')
    expect(failed(outcome)).toEqual(['readable'])
    expect(says(outcome).join('\n')).toMatch(expected)
    expect(outcome.data['winners']).toMatchObject({ Z: { file: '.env' } })
  })

  test('a file that may not be read is a problem', async () => {
    const { ports } = commandContext(folder)
    // Root, as whom tests may run, may read everything.
    const files = { ...ports.files, readRegular: () => Promise.resolve({ is: 'denied' as const }) }
    const context = { ...commandContext(folder), ports: { ...ports, files } }
    const outcome = await config.run(config.params.parse({ files: ['.env'] }) as never, context)
    expect(says(outcome)).toEqual(['.env may not be read: permission denied'])
  })

  test('an optional file that is missing is only noted, and an empty path is no file', async () => {
    const outcome = await look({
      files: [{ path: '.env', optional: true }, ''],
      order: 'last_wins',
    })
    expect(says(outcome)).toEqual([])
    expect(outcome.notes).toEqual(['.env is missing'])
  })

  test('a byte order mark, CRLF and names of JavaScript are read like any other', async () => {
    write('.env', '\uFEFF__proto__=1\r\nconstructor=2\r\n')
    const { data } = await look({ files: ['.env'], rules: { constructor: { type: 'integer' } } })
    expect(Object.keys(data['winners'] as object)).toEqual(['__proto__', 'constructor'])
    expect(({} as Record<string, unknown>)['file']).toBeUndefined()
  })

  test('empty values and references are told', async () => {
    write('.env', 'A=\nB=$HOME/x\n')
    const { notes, data } = await look({ files: ['.env'] })
    expect(notes).toEqual([
      '.env has a $ in B, which is taken as it stands',
      '.env sets A to nothing',
    ])
    expect(data['winners']).toMatchObject({ A: { fingerprint: 'empty' } })
  })
})

describe('values that look like secrets', () => {
  test('are masked from now on, also the ones that do not count or are shadowed', async () => {
    write('.env', `A_TOKEN=first-${STRONG}\nA_TOKEN=${STRONG}\nDATABASE_URL=${url('h', 'd')}\n`)
    const { context } = await look({ files: ['.env'] })
    expect(context.mask(`${STRONG} Zx81kq9LmPq2`)).toBe(
      '[masked:.env:A_TOKEN] [masked:.env:DATABASE_URL]',
    )
    expect(context.mask(`first-${STRONG}`)).not.toContain('first')
    expect(context.mask(Buffer.from(STRONG).toString('base64'))).not.toMatch(/^[\w+/]{20}/)
  })

  test('and cannot be masked are noted, and ordinary words stay readable', async () => {
    write('.env', 'A_SECRET=abc\nB_PASSWORD=postgres\nMODE=production\n')
    const { context, notes } = await look({ files: ['.env'] })
    expect(notes).toEqual([
      'too short or too common to be masked in what later steps print: A_SECRET (.env), B_PASSWORD (.env)',
    ])
    expect(context.mask('abc postgres production')).toBe('abc postgres production')
  })
})

describe('bad input is found with its place', () => {
  const problems = (text: string): string[] => {
    const book = `hotwash: 1\nname: A\nowner: t\nsecrets: {X: {env: X}}\nsteps:\n  - id: a\n    config: ${text}\n`
    const parsed = parseRunbook({ text: book, path: 'book.yaml', kinds: KINDS })
    if (parsed.ok) return []
    return parsed.issues.map(
      ({ place, message, hint }) =>
        `${place.line}:${place.column} ${message}${hint ? ` | ${hint}` : ''}`,
    )
  }

  test.each<[string, string, string]>([
    [
      'an order misspelt',
      '{files: [a, b], order: last_win}',
      '7:36 "last_win" is not accepted here; accepted: last_wins, first_wins | did you mean "last_wins"?',
    ],
    [
      'a type misspelt',
      '{files: [a], rules: {X: {type: postgre_url}}}',
      '7:44 "postgre_url" is not accepted here; accepted: url, postgres_url',
    ],
    [
      'a rule misspelt',
      '{files: [a], rules: {X: {requird: true}}}',
      '7:38 unknown key "requird" | did you mean "required"?',
    ],
    [
      'a pattern that is none',
      '{files: [a], rules: {X: {pattern: "("}}}',
      '7:47 "(": this is no regular expression: Unterminated group',
    ],
    [
      'several files without order',
      '{files: [a, b]}',
      '7:13 several files need an order: last_wins or first_wins',
    ],
    ['nothing to look at', '{rules: {}}', '7:13 config needs files, environment or compare'],
    ['one environment', '{compare: {a: x}}', '7:23 compare needs two or more'],
    [
      'a loader of another kind',
      '{files: [a], loaded_by: {http: {url: "http://x"}}}',
      '7:26 "run" is missing',
    ],
    [
      'a key that is none',
      '{files: [a], rules: {"A B": {}}}',
      '7:34 "A B": a key is letters, digits',
    ],
    ['a length of nothing', '{files: [a], rules: {X: {min_length: 0}}}', '7:50 0: at least 1'],
    [
      'a secret in a path',
      '{files: ["${{ secrets.X }}"]}',
      '7:35 secrets.X may not stand here: this is shown and logged',
    ],
  ])('%s', (_, text, expected) => {
    expect(problems(text).join('\n')).toContain(expected)
  })
})
