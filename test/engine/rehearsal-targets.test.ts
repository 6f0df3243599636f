import { expect, test } from 'vitest'
import {
  guardProcess,
  refusedDatabase,
  refusedInBody,
  type Targets,
} from '../../src/engine/rehearsal-targets.ts'
import type { Database } from '../../src/ports/database.ts'
import type { ProcessPort } from '../../src/ports/process.ts'

const targets = (more: Partial<Targets> = {}): Targets => ({
  databases: [],
  urls: ['http://127.0.0.1:8000', 'https://staging.example.test'],
  commands: false,
  root: '/repo',
  refused: undefined,
  ...more,
})

test.each<[string, string, unknown, string[]]>([
  ['a declared origin, whatever the path', 'http', { url: 'http://127.0.0.1:8000/x?y' }, []],
  ['the port that goes without saying', 'http', { url: 'https://staging.example.test:443/' }, []],
  ['another port', 'http', { url: 'http://127.0.0.1:8001/' }, ['url http://127.0.0.1:8001']],
  [
    'another scheme',
    'http',
    { url: 'http://staging.example.test' },
    ['url http://staging.example.test'],
  ],
  [
    'a host behind a user that looks like one',
    'http',
    { url: 'http://127.0.0.1:8000@prod.example.test/' },
    ['url http://prod.example.test'],
  ],
  [
    'urls at any depth',
    'login',
    { request: { url: 'http://a.example.test' }, whoami: [{ url: 'http://b.example.test' }] },
    ['url http://a.example.test', 'url http://b.example.test'],
  ],
  ['a url that is only sent', 'http', { json: { url: 'http://prod.example.test' } }, []],
  ['a command', 'run', { argv: ['ls'] }, ['a command']],
  ['a collector that is a command', 'snapshot', { run: { ports: ['ss'] } }, ['a command']],
  ['a log that is a command', 'logs', { command: ['journalctl'] }, ['a command']],
  ['a script that prints variables', 'config', { loaded_by: { run: 'env' } }, ['a command']],
  [
    'PagerDuty without an address',
    'notify',
    { pagerduty: { routing_key: 'x' } },
    ['url https://events.pagerduty.com'],
  ],
  ['PagerDuty at another one', 'notify', { pagerduty: { url: 'http://127.0.0.1:8000/v2' } }, []],
])('%s', (_, kind, params, refused) => {
  expect(refusedInBody(targets(), { kind, params })).toEqual(refused)
  const withCommands = refused.filter((one) => one !== 'a command')
  expect(refusedInBody(targets({ commands: true }), { kind, params })).toEqual(withCommands)
})

test.each<[string, Pick<Database, 'engine' | 'label'>, boolean]>([
  ['db.example.test:5432/app', { engine: 'postgres', label: 'db.example.test/app' }, true],
  ['db.example.test/app', { engine: 'postgres', label: 'db.example.test/app' }, true],
  ['db.example.test:5433/app', { engine: 'postgres', label: 'db.example.test:5433/app' }, true],
  ['db.example.test:5433/app', { engine: 'postgres', label: 'db.example.test/app' }, false],
  ['db.example.test/app', { engine: 'postgres', label: 'db.example.test/app2' }, false],
  ['[::1]:5432/app', { engine: 'postgres', label: '::1/app' }, true],
  ['/run/postgresql/app', { engine: 'postgres', label: '/run/postgresql/app' }, true],
  ['drill.db', { engine: 'sqlite', label: './drill.db' }, true],
  ['drill.db', { engine: 'sqlite', label: '/repo/drill.db' }, true],
  ['drill.db', { engine: 'sqlite', label: '../drill.db' }, false],
  ['drill.db', { engine: 'postgres', label: 'drill.db/app' }, false],
])('%s and %o', (declared, database, fits) => {
  const refused = refusedDatabase(targets({ databases: [declared] }), database as Database)
  expect(refused).toBe(fits ? undefined : `database ${database.label}`)
})

test('a kind that starts a program of its own accord is refused, and it is noted', async () => {
  const mine = targets()
  const started: string[] = []
  const port = {
    run: ({ argv }: { argv: readonly string[] }) => {
      started.push(argv[0] ?? '')
      return Promise.resolve({ notStarted: undefined })
    },
  } as unknown as ProcessPort
  const command = { argv: ['git', 'push'] as const, cwd: '/', env: {} }
  expect(await guardProcess(port, 'newkind', mine).run({ ...command })).toMatchObject({
    notStarted: expect.stringContaining('a command (git) is not declared'),
  })
  expect(mine.refused).toBe('a command (git)')
  expect(started).toEqual([])
  await guardProcess(port, 'newkind', targets({ commands: true })).run({ ...command })
  expect(started).toEqual(['git'])
})
