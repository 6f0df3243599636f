import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Cel, Template } from '../../src/runbook/deferred.ts'
import { parseRunbook } from '../../src/runbook/parse.ts'
import type { Runbook } from '../../src/runbook/runbook.ts'
import { KINDS } from '../../src/steps/registry.ts'
import { book, parse, problems } from './kinds.ts'

function parsed(text: string): Runbook {
  const result = parse(text)
  if (!result.ok) throw new Error(JSON.stringify(result.issues, null, 2))
  return result.runbook
}

const LOGIN = `hotwash: 1
name: Login fails
owner: team-identity
severity: SEV2
inputs:
  environment: {type: string, enum: [staging, production], required: true}
  base: {type: string, default: "http://127.0.0.1:8000"}
secrets:
  DATABASE_URL: {env: DATABASE_URL}
  ADMIN_PASSWORD: {env_file: app/.env, key: ADMIN, refreshed_by: fix}
databases:
  app: {url: "\${{ secrets.DATABASE_URL }}"}
guard:
  - {run: [kubectl, config, current-context], expect: 'stdout == "staging"'}
lock: login_db
defaults: {timeout: 3m, on_failure: stop}
steps:
  - id: backup
    backup: {database: app}
  - id: who
    decide:
      question: Who is affected?
      options:
        everyone:
          label: All users
          steps:
            - {id: tell, run: [./tell.sh, all]}
            - id: deeper
              decide:
                question: Really?
                options: {yes: {label: Y, steps: [{id: page, wait: {for: 30s}}]}, no: {label: N, steps: []}}
        tenant: {label: One tenant, steps: [{id: mute, run: [./mute.sh]}]}
  - id: fix
    name: Point the service at the migrated database
    when: inputs.environment == "production" && steps.who.outputs.choice == "everyone"
    run: [./use-env.sh, "\${{ inputs.base }}"]
    env: {PORT: 5432, TOKEN: "\${{ secrets.ADMIN_PASSWORD }}"}
    check: {run: [./which-env.sh], expect: 'stdout.contains("backend")'}
    verify: {http: {url: "\${{ inputs.base }}/healthz"}, expect: status == 200, retry: {limit: 10, interval: 2s}}
    rollback: {run: [./use-env.sh, root]}
    retry: {limit: 2, backoff: 2}
    timeout: 5m
  - id: validate
    login:
      request: {method: POST, url: "\${{ inputs.base }}/login", json: {email: "\${{ actor.email }}", n: 3}}
      actors: {admin: {email: admin@example.test, password: "\${{ secrets.ADMIN_PASSWORD }}"}}
      success: status == 200 && json.user == actor.email
      survives: {run: [./restart.sh]}
      skip: [isolation]
    on_failure: rollback
always:
  - {id: again, login: {like: validate, skip: [survives]}}
`

describe('parseRunbook', () => {
  const runbook = parsed(LOGIN)
  const step = (id: string) => {
    const found = [...runbook.steps, ...runbook.always].find((one) => one.id === id)
    if (!found) throw new Error(`no step ${id}`)
    return found
  }

  it('flattens the steps of decisions behind them, each with its option', () => {
    expect(runbook.steps.map(({ id, within }) => [id, within?.decide, within?.option])).toEqual([
      ['backup', undefined, undefined],
      ['who', undefined, undefined],
      ['tell', 'who', 'everyone'],
      ['deeper', 'who', 'everyone'],
      ['page', 'deeper', 'yes'],
      ['mute', 'who', 'tenant'],
      ['fix', undefined, undefined],
      ['validate', undefined, undefined],
    ])
    expect(step('who').body.params).toEqual({
      question: 'Who is affected?',
      options: {
        everyone: { label: 'All users', steps: ['tell', 'deeper'] },
        tenant: { label: 'One tenant', steps: ['mute'] },
      },
    })
  })

  it('applies the defaults where the step says nothing', () => {
    expect(step('tell').body.timeoutMs).toBe(180_000)
    expect(step('fix').body.timeoutMs).toBe(300_000)
    expect(step('tell').onFailure).toBe('stop')
    expect(step('validate').onFailure).toBe('rollback')
  })

  it('leaves kinds with a limit of their own alone', () => {
    expect(step('backup').body.timeoutMs).toBeUndefined()
    expect(step('who').body.timeoutMs).toBeUndefined()
  })

  it('gives effects by kind and parameters', () => {
    expect(step('backup').effect).toBe('change')
    expect(step('who').effect).toBe('read')
    expect(step('fix').body.verify?.effect).toBe('read')
    expect(step('page').effect).toBe('read')
  })

  it('parses nested bodies with their place', () => {
    const { check, rollback, body } = step('fix')
    expect(check).toMatchObject({ kind: 'run', params: ['./which-env.sh'] })
    expect(check?.expect).toEqual(new Cel('stdout.contains("backend")', 'body'))
    expect(rollback).toMatchObject({ kind: 'run', place: { line: 40, column: 16 } })
    expect(body.verify?.retry).toMatchObject({ limit: 10, intervalMs: 2_000, backoff: 1 })
    expect(body.retry).toMatchObject({ limit: 2, intervalMs: 1_000, backoff: 2 })
    expect(body.env['PORT']).toBe('5432')
    expect(body.env['TOKEN']).toBeInstanceOf(Template)
    const params = step('validate').body.params as { survives: unknown }
    expect(params.survives).toMatchObject({ kind: 'run', params: ['./restart.sh'] })
  })

  it('uses the flow of another login again, with what both skip', () => {
    const again = step('again').body.params as Record<string, unknown>
    const first = step('validate').body.params as Record<string, unknown>
    expect(again['actors']).toEqual(first['actors'])
    expect(again['survives']).toMatchObject({ kind: 'run' })
    expect(again).toMatchObject({ skip: ['isolation', 'survives'] })
    expect(again['like']).toBeUndefined()
    expect(step('again')).toMatchObject({ always: true, onFailure: 'stop' })
  })

  it('reads what is declared', () => {
    expect(runbook).toMatchObject({
      name: 'Login fails',
      severity: 'SEV2',
      lock: 'login_db',
      path: 'book.yaml',
      secrets: { ADMIN_PASSWORD: { optional: false, refreshedBy: 'fix', place: { line: 10 } } },
      guard: [{ kind: 'run', params: ['kubectl', 'config', 'current-context'] }],
    })
  })

  it('refuses a guard that needs a step', () => {
    const text = LOGIN.replace('stdout == "staging"', 'steps.fix.status == "x"')
    expect(problems(text)).toEqual([
      expect.stringMatching(/^14:\d+ STEP_ORDER step "fix" \(line \d+, column 9\) has not run yet/),
    ])
  })

  it('lets an input that may be missing be compared with null', () => {
    const inputs = 'inputs: {a: {type: string}, b: {type: string, default: x}}\n'
    const when = (source: string) =>
      problems(
        book(`  - {id: a, wait: {for: 1s}, when: ${source} || inputs.a == inputs.b}`, inputs),
      )
    expect(when('inputs.a == null')).toEqual([])
    expect(when('inputs.b == null')).toEqual([expect.stringContaining('no such overload')])
  })

  it('knows the values of a question as outputs', () => {
    const ask = '  - {id: a, ask: {values: {ticket: {type: string}}}}\n'
    expect(
      problems(book(`${ask}  - {id: b, wait: {for: 1s}, when: steps.a.outputs.ticket != ""}`)),
    ).toEqual([])
    expect(
      problems(book(`${ask}  - {id: b, wait: {for: 1s}, when: steps.a.outputs.tickt != ""}`)),
    ).toEqual([expect.stringContaining('did you mean steps.a.outputs.ticket?')])
  })
})

describe('parseRunbook, whatever the text', () => {
  const shape = LOGIN.split('\n')
  /** Texts that are almost runbooks: lines lost, doubled, indented, and pieces put in. */
  const almost = fc
    .array(
      fc.record({
        at: fc.nat({ max: shape.length - 1 }),
        put: fc.oneof(
          fc.constantFrom(
            '',
            '  ',
            '- ',
            '${{ ',
            ' }}',
            '"',
            '[',
            '{',
            ': ',
            '*a',
            '&a ',
            '# ',
            '| ',
          ),
          fc.string({ maxLength: 4 }),
        ),
        cut: fc.nat({ max: 30 }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((edits) => {
      const lines = [...shape]
      for (const { at, put, cut } of edits) {
        const line = lines[at] ?? ''
        lines[at] = line.slice(0, cut) + put + line.slice(cut)
      }
      return lines.join('\n')
    })

  function checkIssues(text: string): void {
    const result = parseRunbook({ text, path: 'x.yaml', kinds: KINDS })
    const lines = text.replace(/^\uFEFF/, '').split('\n')
    for (const { place, excerpt, code } of result.ok ? result.warnings : result.issues) {
      const line = lines[place.line - 1]
      if (line === undefined || place.column < 1 || place.column > line.length + 1) {
        throw new Error(`${place.line}:${place.column} is outside of the text`)
      }
      if (code !== 'SECRET_LITERAL' && !/\n *\^$/.test(excerpt ?? ''))
        throw new Error(`no caret: ${excerpt}`)
    }
    expect(result.ok || result.issues.length > 0).toBe(true)
  }

  it('never throws, and every issue has a place inside of the text', () => {
    fc.assert(fc.property(fc.string(), checkIssues), { numRuns: 100 })
    fc.assert(fc.property(fc.string({ unit: 'binary' }), checkIssues), { numRuns: 100 })
    fc.assert(fc.property(almost, checkIssues), { numRuns: 150 })
  })

  it('parses any JSON as YAML without throwing', () => {
    const steps = fc.array(
      fc.dictionary(
        fc.constantFrom(
          'id',
          'run',
          'http',
          'login',
          'decide',
          'when',
          'check',
          'env',
          'wait',
          'snapshot',
          'outputs',
          'retry',
        ),
        fc.jsonValue(),
      ),
      { maxLength: 3 },
    )
    const document = fc.record({
      hotwash: fc.constant(1),
      name: fc.jsonValue(),
      steps,
      inputs: fc.jsonValue(),
    })
    const check = (value: unknown): void => checkIssues(JSON.stringify(value))
    expect(() => fc.assert(fc.property(document, check), { numRuns: 100 })).not.toThrow()
  })
})
