/** The fields of a step together, as a runbook uses them: what one step learns, later ones and undos see. */
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshPlace, git, hotwash, json, type Ended, type Place } from '../hotwash.ts'

const RUNBOOK = `hotwash: 1
name: Many fields
owner: team-example
severity: SEV3
inputs:
  n: {type: integer, default: 3}
secrets:
  TOKEN: {env_file: app.env, key: TOKEN, refreshed_by: switch}
  MADE: {command: [./ops/secret, made]}
  NONE: {env: NOT_SET_ANYWHERE, optional: true}
databases:
  app: {url: "sqlite:data/app.db"}
guard:
  - {run: [cat, context], expect: 'stdout.trim() == "staging"'}
lock: fields
defaults: {timeout: 20s, on_failure: stop}
steps:
  - id: first
    effect: read
    run: [printf, 'got %d', "\${{ inputs.n }}"]
    outputs: {text: stdout, twice: 'inputs.n * 2'}
  - id: left_out
    when: steps.first.outputs.twice == 7
    effect: read
    run: [echo, never]
  - id: there
    run: [touch, made]
    check: {run: [test, -e, context]}
    rollback: {run: [rm, context]}
  - id: script
    cwd: ops
    env: {WORD: "\${{ steps.first.outputs.text }}", S: "\${{ secrets.MADE }}"}
    shell: sh
    stdin: "fed\\n"
    run: 'read LINE; echo "$LINE $WORD $S" > ../script.out; echo "seen $S"'
    rollback: {run: 'echo "undone $WORD $0" > ../script.out', shell: sh}
  - id: switch
    run: [./ops/switch, two]
    rollback: {run: [./ops/switch, one]}
  - id: fresh
    effect: read
    env: {T: "\${{ secrets.TOKEN }}"}
    run: 'test "$T" = "token-$(cat which)-is-long"; echo "is $T"'
  - id: again
    idempotent: true
    retry: {limit: 5, interval: 10ms, exit_codes: [7]}
    run: 'echo x >> tries; test $(wc -l < tries) -ge 3 || exit 7'
  - id: quiet
    evidence: none
    effect: read
    run: [echo, never-kept]
  - id: goes_on
    effect: read
    run: [sh, -c, "exit 3"]
    on_failure: continue
  - id: write
    effect: change
    sql: {database: app, query: "insert into t(v) values ($1)", params: ["new \${{ steps.first.outputs.twice }}"]}
    verify: {sql: {database: app, query: "select count(*) as n from t"}, expect: 'rows[0].n == 2'}
    rollback: {sql: {database: app, query: "delete from t where v = $1", params: ["new \${{ steps.first.outputs.twice }}"]}}
  - id: pick
    decide:
      question: Who?
      options:
        all:
          label: All
          steps:
            - id: inner
              decide: {question: Deep?, options: {deep: {label: Deep, steps: [{id: deep, run: [touch, deep], rollback: {run: [rm, deep]}}]}, flat: {label: Flat, steps: []}}}
        one: {label: One, steps: [{id: lone, run: [touch, lone]}]}
always:
  - {id: bye, run: 'echo bye >> byes', shell: sh}
`

let place: Place
let ran: Ended

type Steps = { steps: { id: string; status: string; attempts: number; evidence: string[] }[] }
const statuses = (ended: Ended): Record<string, string> =>
  Object.fromEntries(json<Steps>(ended).steps.map(({ id, status }) => [id, status]))
const read = (name: string): string => readFileSync(join(place.dir, name), 'utf8').trim()
const rows = (): unknown[] => {
  const database = new DatabaseSync(join(place.dir, 'data', 'app.db'))
  const found = database.prepare('select v from t order by id').all()
  database.close()
  return found.map((row) => row['v'])
}

beforeAll(() => {
  place = freshPlace({
    files: {
      'runbooks/fields.yaml': RUNBOOK,
      'ops/switch':
        '#!/bin/sh\necho "$1" > which; umask 077; echo "TOKEN=token-$1-is-long" > app.env\n',
      'ops/secret': '#!/bin/sh\nprintf "secret-%s-by-command" "$1"\n',
      'answers.yaml': 'pick: {choose: all}\ninner: {choose: deep}\n',
      'app.env': 'TOKEN=token-one-is-long\n',
      'data/.keep': '',
      context: 'staging\n',
      which: 'one\n',
    },
  })
  for (const name of ['ops/switch', 'ops/secret']) chmodSync(join(place.dir, name), 0o755)
  chmodSync(join(place.dir, 'app.env'), 0o600)
  const database = new DatabaseSync(join(place.dir, 'data', 'app.db'))
  database.exec("create table t(id integer primary key, v text); insert into t(v) values ('old')")
  database.close()
  ran = hotwash(place, ['run', 'fields', '--yes', '--answers', 'answers.yaml', '--json'])
})
afterAll(() => rmSync(join(place.dir, '..'), { recursive: true, force: true }))

describe('the fields of a step, together', () => {
  it('ends each step as the runbook says', () => {
    expect(ran).toMatchObject({ code: 0 })
    expect(statuses(ran)).toEqual({
      first: 'succeeded',
      left_out: 'skipped',
      there: 'skipped',
      script: 'succeeded',
      switch: 'succeeded',
      fresh: 'succeeded',
      again: 'succeeded',
      quiet: 'succeeded',
      goes_on: 'failed',
      write: 'succeeded',
      pick: 'succeeded',
      inner: 'succeeded',
      deep: 'succeeded',
      lone: 'skipped',
      bye: 'succeeded',
    })
    const { steps } = json<Steps>(ran)
    expect(steps.find(({ id }) => id === 'again')?.attempts).toBe(3)
    expect(steps.find(({ id }) => id === 'quiet')?.evidence).toEqual([])
  })

  it('hands values on: outputs, standard input, folder, environment, parameters', () => {
    expect(read('script.out')).toBe('fed got 3 secret-made-by-command')
    expect(rows()).toEqual(['old', 'new 6'])
  })

  it('masks a secret that was read again after a step, and the one before', () => {
    const shown = ran.stdout + ran.stderr + git(place, 'log', '-p', '--all', '--', 'incidents')
    expect(shown).toContain('is [masked:TOKEN]')
    expect(shown).toContain('seen [masked:MADE]')
    expect(shown).not.toMatch(/token-(one|two)-is-long|secret-made-by-command/)
  })

  it('plans the undo without doing anything', () => {
    const plan = hotwash(place, ['rollback', '--plan', '--to', 'write'])
    expect(plan.code).toBe(0)
    expect(plan.stdout).toMatch(/^would undo 2 steps: deep, write$/m)
    expect(plan.stdout).toMatch(/rollback \S+ --to write\n$/)
    expect(plan.stderr).toMatch(/would undo write\n {2}> delete from t.*\n.*\n.*committed/)
    expect(rows()).toEqual(['old', 'new 6'])
  })

  it('undoes all of it, an undo by sql included, and leaves what was there before', () => {
    const ended = hotwash(place, ['rollback', '--yes'])
    expect(ended).toMatchObject({ code: 0 })
    expect(rows()).toEqual(['old'])
    expect(read('which')).toBe('one')
    expect(read('script.out')).toMatch(/^undone got 3/)
    expect(existsSync(join(place.dir, 'deep'))).toBe(false)
    expect(existsSync(join(place.dir, 'context'))).toBe(true)
    expect(read('byes')).toBe('bye\nbye')
  })
})
