/** The kinds sql, backup and restore over a real SQLite file; what is PostgreSQL's own is tested at the adapter. */
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { createClock } from '../../../src/adapters/clock.ts'
import { parseRunbook } from '../../../src/runbook/parse.ts'
import type { Value } from '../../../src/incident/value.ts'
import type { Effect } from '../../../src/runbook/runbook.ts'
import type { StepContext } from '../../../src/steps/kind.ts'
import { backup } from '../../../src/steps/kinds/backup.ts'
import { restore } from '../../../src/steps/kinds/restore.ts'
import { sql } from '../../../src/steps/kinds/sql.ts'
import { KINDS } from '../../../src/steps/registry.ts'
import { testDatabases } from '../../adapters/database-parts.ts'

const its = testDatabases()
const root = join(its.folder, 'repository')
let path: string
let made = 0

afterAll(() => its.remove())

beforeEach(() => {
  path = join(its.folder, `kinds${++made}.db`)
  const live = new DatabaseSync(path)
  live.exec(`create table users (id integer primary key, email text);
    insert into users (email) values ('a@example.test'), ('b@example.test')`)
  live.close()
})

const SECRET = 'a-secret-of-some-length'
let said: string[] = []
beforeEach(() => {
  said = []
})

function context(options: {
  effect?: Effect
  signal?: AbortSignal
  outputs?: Record<string, Value>
}): StepContext {
  const database = its.port.open(`sqlite:${path}`)
  const { effect, outputs, signal = new AbortController().signal } = options
  return {
    ports: { ...its.parts, clock: createClock() },
    incident: 'i',
    run: 'r',
    step: 'backup',
    attempt: 1,
    root,
    cwd: root,
    started: () => {},
    ...(effect && { effect }),
    signal,
    say: (line: string) => void said.push(line),
    mask: (text: string) => text.replaceAll(SECRET, '[token]'),
    database: () => database,
    databaseLabel: () => database.label,
    outputsOf: () => outputs,
  } as unknown as StepContext
}

const query = (
  text: string,
  options: {
    params?: Value[]
    names?: Record<string, string>
    effect?: Effect
    signal?: AbortSignal
  } = {},
) => {
  const { params = [], names = {} } = options
  return sql.run({ database: 'app', query: text, params, names }, context(options))
}

describe('sql', () => {
  test('reads rows, counts them and keeps them as evidence', async () => {
    const outcome = await query('select id, email from users where email = $1', {
      params: ['a@example.test'],
    })
    expect(outcome).toMatchObject({
      ended: 'completed',
      data: { rows: [{ id: 1, email: 'a@example.test' }], row_count: 1, columns: ['id', 'email'] },
      evidence: [{ label: 'rows', text: '1 row\n{"id":1,"email":"a@example.test"}' }],
    })
  })

  test('shows the operator the first rows, and of a change how many it met', async () => {
    await query('select id, email from users order by id')
    expect(said[0]).toBe('2 rows')
    expect(said[1]).toBe('{"id":1,"email":"a@example.test"}')
    expect(said).toHaveLength(3)
    said = []
    const many = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)`
    await query(`${many} select i, hex(zeroblob(1000)) as x from n`)
    expect([said.length, said.at(-1)]).toEqual([12, 'and 2990 more'])
    expect(Math.max(...said.map((line) => line.length))).toBeLessThan(310)
    said = []
    await query('update users set email = email', { effect: 'change' })
    expect(said).toEqual(['2 rows'])
  })

  test('takes names of tables and columns that it did not know before, as names only', async () => {
    const text = 'select count(*) as n from :"t" where :"c" = $1'
    const names = { t: 'main.users', c: 'email' }
    const params = ['a@example.test']
    expect((await query(text, { names, params })).data['rows']).toEqual([{ n: 1 }])
    const evil = 'users"; drop table users; --'
    const outcome = await query(text, { names: { ...names, t: evil }, params })
    expect(outcome).toMatchObject({ ended: 'failed', reason: expect.stringContaining('no such') })
    expect((await query('select email from users')).data['row_count']).toBe(2)
  })

  test('shows no half of a secret where it cuts a row', async () => {
    for (let chars = 270; chars < 300; chars += 1) {
      await query('select $1 as v', { params: [`${'x'.repeat(chars)}${SECRET}`] })
    }
    expect(said.join('\n')).not.toContain('xa-')
    expect(said.join('\n')).toContain('x[token]')
  })

  test('says when it looked at the first rows only', async () => {
    const many = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)`
    const outcome = await query(`${many} select i from n`)
    expect(outcome.data['row_count']).toBe(3000)
    expect(outcome.data['rows']).toHaveLength(1000)
    expect(outcome.notes).toEqual(['only the first 1000 of 3000 rows were looked at'])
  })

  test('writes only when the step says that it changes something', async () => {
    const refused = await query('delete from users')
    expect(refused).toMatchObject({ ended: 'failed' })
    expect(refused.reason).toContain('effect: change')
    expect(await query('delete from users', { effect: 'change' })).toMatchObject({
      ended: 'completed',
      data: { row_count: 2 },
    })
    expect(await query('select 1 from users')).toMatchObject({ data: { row_count: 0 } })
  })

  test('ends as its signal says', async () => {
    const endless =
      'with recursive n(i) as (select 1 union all select i + 1 from n) select i from n'
    const late = await query(endless, { signal: AbortSignal.timeout(50) })
    expect(late.ended).toBe('timed_out')
    expect((await query('select 1', { signal: AbortSignal.abort() })).ended).toBe('aborted')
  })

  test('plans the text, its values and whether it writes', () => {
    const asked = { database: 'app', query: 'select $1', params: ['x'], names: {} } as never
    expect(sql.plan(asked, context({}))).toMatch(/^select \$1\n\$1 = "x"\non .*kinds.*, read-only$/)
    expect(sql.plan(asked, context({ effect: 'change' }))).toContain('committed')
  })
})

const backUp = (asked: { to?: string; prove?: unknown } = {}, options = {}) =>
  backup.run({ database: 'app', prove: 'restore', ...asked } as never, context(options))

describe('backup', () => {
  test('goes to the state folder, mode 0600, and its outputs name it', async () => {
    const outcome = await backUp()
    expect(outcome).toMatchObject({ ended: 'completed', data: { tables: { users: 2 }, rows: 2 } })
    const file = outcome.data['file'] as string
    expect(file).toMatch(/state\/backups\/i\/app-backup-1-[0-9a-f]{6}\.db$/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(Object.keys(backup.defaultOutputs)).toEqual(['file', 'bytes', 'sha256', 'content'])
    expect(outcome.notes?.[0]).toMatch(/1 table, 2 rows, restored, and equal to its source/)
  })

  test('does not go into the repository', async () => {
    mkdirSync(join(root, '.git'), { recursive: true })
    const outcome = await backUp({ to: 'dumps/app.db' })
    expect(outcome).toMatchObject({ ended: 'failed' })
    expect(outcome.reason).toContain('lies in the repository')
    expect(existsSync(join(root, 'dumps'))).toBe(false)
    expect(await backUp({ to: `../elsewhere${made}/app.db` })).toMatchObject({ ended: 'completed' })
  })

  test('plans where it goes and how it is proven', () => {
    const plan = (prove: unknown) =>
      backup.plan({ database: 'app', to: undefined, prove } as never, context({}))
    expect(plan('list')).toContain('reads it back')
    expect(plan('restore')).toContain('a scratch database, which is dropped again')
    expect(plan({ restore: { database: 'proofs' } })).toContain('restores it into proofs')
  })
})

describe('restore', () => {
  const bringBack = (into: 'same' | 'new', outputs?: Record<string, Value>) =>
    restore.run(
      { from: 'steps.backup', database: 'app', into },
      context(outputs === undefined ? {} : { outputs }),
    )

  test('into the same database brings the backup back and names what it dropped', async () => {
    const { data } = await backUp()
    await query('delete from users; create table later (n)', { effect: 'change' })
    expect(await bringBack('same', data)).toMatchObject({
      ended: 'completed',
      data: { tables: { users: 2 }, rows: 2, dropped: ['later'] },
      notes: [
        'dropped, since the backup does not know them: later',
        'equal to what was backed up, by rows and digest of every table',
      ],
    })
  })

  test('says when the backup recorded nothing to compare with, and gives one digest when it did', async () => {
    const { data: listed } = await backUp({ prove: 'list' })
    const plain = await bringBack('new', listed)
    expect(plain.data).toMatchObject({ proven: false, content: '' })
    expect(plain.notes?.[1]).toContain('the backup recorded no digests')
    const { data } = await backUp()
    const proven = await bringBack('new', data)
    expect(proven.data).toMatchObject({ proven: true, content: data['content'] })
    expect(data['content']).toMatch(/^[0-9a-f]{64}$/)
  })

  test('into a new database says how to switch', async () => {
    const { data } = await backUp()
    const outcome = await bringBack('new', data)
    expect(outcome.notes?.[0]).toMatch(/_restored_.*was left alone. To switch, set/)
  })

  test('refuses a backup that was changed, and a step that made none', async () => {
    const { data } = await backUp()
    writeFileSync(data['file'] as string, 'something else')
    const changed = await bringBack('same', data)
    expect(changed).toMatchObject({ ended: 'failed' })
    expect(changed.reason).toContain('is not the one that was made')
    expect((await bringBack('same')).reason).toContain('step backup has made no backup')
    expect((await bringBack('same', { file: 'x' })).ended).toBe('failed')
  })

  test('destroys when it goes into the same database, and changes when not', () => {
    const effect = restore.effect as (asked: unknown) => Effect
    expect([effect({ into: 'same' }), effect({ into: 'new' })]).toEqual(['destroy', 'change'])
  })
})

describe('a runbook', () => {
  const issues = (...steps: string[]) => {
    const head = `hotwash: 1\nname: x\ninputs: {email: {type: string}}\ndatabases: {app: {url: "sqlite:app.db"}}\nsteps:\n`
    const text = head + steps.map((step, at) => `  - {id: s${at}, ${step}}\n`).join('')
    const read = parseRunbook({ text, path: 'x.yaml', kinds: KINDS })
    return read.ok ? [] : read.issues.map(({ place, message }) => `${place.line} ${message}`)
  }

  test('may hold every form of these kinds', () => {
    const found = issues(
      `sql: {database: app, query: "select $1", params: ["\${{ inputs.email }}", 1]}, expect: "rows[0].n == 1"`,
      `sql: {database: app, query: 'select 1::"char" from :"t"', names: {t: "\${{ inputs.email }}"}}`,
      'backup: {database: app, prove: {restore: {database: proofs}}}',
      'backup: {database: app, to: ../x.dump, prove: list, keep: 5}',
      'restore: {from: steps.s2, database: app, into: new}',
      'restore: {from: steps.s2, database: app, into: new, switch: true}, check: {restore: {database: app, switch: look}, expect: switched}, rollback: {restore: {database: app, switch: back}}',
    )
    expect(found).toEqual([])
  })

  test('puts no value into the text of a query', () => {
    const [found] = issues(`sql: {database: app, query: "select '\${{ inputs.email }}'"}`)
    expect(found).toContain('is not filled in here')
  })

  test('is told which names a query lacks or does not use', () => {
    const [unknown] = issues(`sql: {database: app, query: 'select 1 from :"t"', names: {}}`)
    expect(unknown).toContain('names')
    const [unused] = issues('sql: {database: app, query: select 1, names: {t: users}}')
    expect(unused).toContain('the query does not use :"t"')
  })

  test('is told what these kinds do not know', () => {
    expect(issues('backup: {database: app, keep: 0}')[0]).toContain('at least 1')
    expect(issues('restore: {database: app, from: steps.s0}')[0]).toContain('needs from and into')
    const same = 'restore: {database: app, from: steps.s0, into: same, switch: true}'
    expect(issues('backup: {database: app}', same)[0]).toContain('only a new database')
    expect(issues('backup: {database: app, prove: lst}')[0]).toContain('accepted: list, restore')
    expect(issues('backup: {database: ap}')[0]).toContain('no database "ap" is declared')
    expect(issues('restore: {from: s0, database: app, into: new}')[0]).toContain('steps.backup')
    expect(issues('restore: {from: steps.none, database: app, into: new}').join()).toContain('none')
  })
})
