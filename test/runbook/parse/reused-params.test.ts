/** `like: STEP` of snapshots, and the bad input of schema, as runbooks write them. */
import { describe, expect, test } from 'vitest'
import { parseRunbook } from '../../../src/runbook/parse.ts'
import type { Runbook } from '../../../src/runbook/runbook.ts'
import { KINDS } from '../../../src/steps/registry.ts'

const HEAD = `hotwash: 1
name: Test
owner: nobody
inputs: {base: {type: string, default: "http://127.0.0.1:8000"}}
secrets: {TOKEN: {env: TOKEN}}
databases: {app: {url: "sqlite:a.db"}, other: {url: "sqlite:b.db"}}
steps:
`
const parse = (steps: string) =>
  parseRunbook({ text: HEAD + steps, path: 'test.yaml', kinds: KINDS })

function parsed(steps: string): Runbook {
  const result = parse(steps)
  if (!result.ok) throw new Error(JSON.stringify(result.issues, null, 2))
  return result.runbook
}

/** `line:column code message`, of the first problem. */
function problem(steps: string): string {
  const result = parse(steps)
  if (result.ok) return 'none'
  const [first] = result.issues
  return first === undefined
    ? 'none'
    : `${first.place.line}:${first.place.column} ${first.code} ${first.message}`
}

describe('a snapshot like another', () => {
  const BEFORE = `  - id: before
    snapshot:
      health:
        checks:
          login: {category: auth, http: {url: "\${{ inputs.base }}/login", headers: {x-token: "\${{ secrets.TOKEN }}"}}, expect: status == 401}
          db: {sql: {database: app, query: select 1}}
      files: [.env]
      require: [files]
`
  test('takes over all that it looks at, nested checks included', () => {
    const { steps } = parsed(`${BEFORE}  - {id: after, snapshot: {like: before}}\n`)
    const [before, after] = steps.map(({ body }) => body.params as Record<string, unknown>)
    expect(after).toMatchObject({ like: 'before', files: ['.env'], require: ['files'] })
    type Checks = Record<string, { category: string; body: { kind: string } }>
    const checks = (params: Record<string, unknown> | undefined): Checks => {
      const { health } = params as { health: { checks: Checks } }
      return health.checks
    }
    expect(checks(after)['login']).toMatchObject({ category: 'auth', body: { kind: 'http' } })
    expect(checks(after)['db']?.body.kind).toBe('sql')
    expect(Object.keys(checks(after))).toEqual(Object.keys(checks(before)))
  })

  test('looks at what it states itself instead, also along a chain', () => {
    const { steps } = parsed(
      `${BEFORE}  - {id: middle, snapshot: {like: before, files: [a], git: true}}\n` +
        `  - {id: after, snapshot: {like: steps.middle, require: [git]}}\n`,
    )
    expect(steps[2]?.body.params).toMatchObject({
      like: 'steps.middle',
      files: ['a'],
      git: true,
      require: ['git'],
      health: { checks: expect.anything() },
    })
  })

  test.each([
    ['  - {id: a, snapshot: {like: nope}}\n', '8:30 UNKNOWN_NAME there is no step "nope"'],
    ['  - {id: a, snapshot: {like: a}}\n', '8:30 STEP_ORDER step "a" cannot use itself'],
    [
      '  - {id: r, run: [x]}\n  - {id: a, snapshot: {like: r}}\n',
      '9:30 FIELD step "r" is not of the kind snapshot but run',
    ],
    [
      '  - {id: a, snapshot: {like: b}}\n  - {id: b, snapshot: {git: true}}\n',
      '8:30 STEP_ORDER step "b" runs later',
    ],
    ['  - {id: a, snapshot: {tables: {t: {}}}}\n', '8:23 FIELD `tables` needs `database`'],
    [
      '  - {id: a, snapshot: {health: {checks: {w: {run: [x]}}}}}\n',
      '8:46 FIELD this run changes something, and snapshot must only look',
    ],
    ['  - {id: a, snapshot: {ports: [70000]}}\n', '8:32 FIELD 70000: at most 65535'],
    ['  - {id: a, snapshot: {http: ["http://h/${{ secrets.TOKEN }}"]}}\n', 'SECRET_VISIBLE'],
  ])('%s is refused', (steps, message) => {
    expect(problem(steps)).toContain(message)
  })
})

describe('schema', () => {
  const schema = (params: string) => problem(`  - {id: a, schema: ${params}}\n`)

  test.each([
    ['{database: app}', 'a schema needs `tables`, `like` or `migrations` to be compared with'],
    ['{database: nope, like: other}', '8:32 UNKNOWN_NAME no database "nope" is declared'],
    ['{database: app, like: nope}', '8:43 UNKNOWN_NAME no database "nope" is declared'],
    ['{database: app, like: app}', '`like` is the database itself'],
    ['{database: app, tables: {t: {}}, ignore: [x]}', '`only` and `ignore` belong to `like`'],
    [
      '{database: app, migrations: sqitch}',
      'accepted: alembic, prisma, knex, flyway, rails, plain',
    ],
    ['{database: app, migrations: {folder: x}}', '`migrations` needs `tool` or `table`'],
    [
      '{database: app, migrations: {tool: knex, column: x}}',
      '`column` is for tables that no tool made',
    ],
    ['{database: app, tables: {t: {absent: true, columns: {a: text}}}}', 'must be absent'],
    ['{database: app, tables: {t: {columns: {a: 5}}}}', 'expected text or a map, got 5'],
    ['{database: app, tables: {t: {columns: {a: {typ: text}}}}}', 'typ'],
    ['{database: app, tables: {t: {columns: [a]}}}', 'FIELD'],
    ['{database: app, tables: {t: {indexes: {i: {columns: []}}}}}', 'FIELD'],
    ['{database: app, tables: {t: {absent: false}}}', 'FIELD'],
    ['app', 'FIELD'],
  ])('%s is refused, and says why', (params, message) => {
    expect(schema(params)).toContain(message)
  })

  test.each([
    '{database: app, like: other, only: [users, "auth.*"], migrations: alembic}',
    '{database: app, tables: {Users: {columns: {id: int, "e mail": {nullable: false}}, indexes: {i: {unique: true}}}, gone: {absent: true}}}',
    '{database: app, migrations: {tool: prisma, folder: "${{ inputs.base }}"}}',
    '{database: app, migrations: {table: history, column: step}}',
  ])('%s is accepted', (params) => {
    expect(schema(params)).toBe('none')
  })
})
