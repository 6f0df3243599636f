/** From a report's actions to a public text, as a user types it. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { freshPlace, git, hotwash, json, type Place } from '../hotwash.ts'

const HEAD = `services: [login]
impact: {numbers: {users: 12}, says: Nobody could log in.}
actions:
  - {id: test, title: Test it, type: prevent, owner: Ana, due: 2020-01-01, done_when: {run: [test, -f, tested]}}
  - {id: drill, title: Hold a drill, type: process, done_when: it was held}
public: {cause: The limit was too low on db-primary-01., actions: [test]}
`

describe('the actions of a report', () => {
  let place: Place
  let incident: string
  let branch: string
  let path: string

  /** As people do who have the branch checked out. */
  const edit = (change: (text: string) => string): void => {
    git(place, 'switch', '-q', branch)
    const text = git(place, 'show', `HEAD:${path}`)
    writeFileSync(join(place.dir, path), `${change(text)}\n`)
    git(place, 'commit', '-q', '-am', 'words of people')
    git(place, 'switch', '-q', 'main')
  }

  beforeAll(() => {
    place = freshPlace()
    incident = json<{ incident: string }>(
      hotwash(place, ['declare', 'Login fails', '--severity', 'SEV2', '--json']),
    ).incident
    hotwash(place, ['resolve', incident])
    const drafted = json<{ branch: string; path: string }>(
      hotwash(place, ['postmortem', 'draft', incident, '--json']),
    )
    ;({ branch, path } = drafted)
    const fields = HEAD.split('\n').flatMap((line) => /^\w+(?=:)/.exec(line)?.[0] ?? [])
    edit((text) =>
      text
        .split('\n')
        .filter((line) => !fields.some((field) => line.startsWith(`${field}:`)))
        .join('\n')
        .replace(/^hotwash: 1.*\n/m, (line) => `${line}${HEAD}`),
    )
  })

  it('are listed, checked only after a yes, and closed by hand', () => {
    const listed = hotwash(place, ['actions', 'list', '--overdue'])
    expect(listed.stdout).toMatch(/^OVERDUE \d+ days {2}-- {2}prevent {2}Ana {2}Test it$/m)
    expect(hotwash(place, ['actions', 'check', incident]).code).toBe(5)
    const failed = hotwash(place, ['actions', 'check', incident, 'test', '--yes', '--json'])
    expect(failed.code).toBe(9)
    expect(json(failed)).toMatchObject({
      error: { code: 'FOUND' },
      recorded: true,
      checks: [{ id: 'test', status: 'failed', is: 'open', preview: 'test -f tested' }],
    })
    writeFileSync(join(place.dir, 'tested'), '')
    expect(hotwash(place, ['actions', 'check', incident, '--yes']).stdout).toContain('now done')
    rmSync(join(place.dir, 'tested'))
    const closed = hotwash(place, ['actions', 'close', incident, 'drill', '--evidence', 'held'])
    expect(closed.stdout).toContain('is done')
    const open = hotwash(place, ['postmortem', 'actions', incident, '--open', '--json'])
    expect(json(open)).toMatchObject({ incident, actions: [], of: 2 })
    expect(hotwash(place, ['audit', 'verify', incident]).code).toBe(0)
  })

  it('are told to outsiders without a word that is internal', () => {
    const leaks = hotwash(place, ['postmortem', 'publish', incident, '--force', 'now', '--json'])
    expect(leaks.code).toBe(9)
    expect(json<{ issues: object[] }>(leaks).issues).toMatchObject([
      { code: 'LEAK', place: { file: path, column: 42 } },
    ])
    edit((text) => text.replace(' on db-primary-01', ''))
    expect(hotwash(place, ['postmortem', 'publish', incident]).code).toBe(5)
    const done = hotwash(place, ['postmortem', 'publish', incident, '--force', 'now', '--json'])
    expect(done.stderr).toBe('')
    const [md] = json<{ files: { path: string }[] }>(done).files
    expect(git(place, 'show', `${branch}:${md?.path}`)).toContain('The limit was too low.')
    expect(hotwash(place, ['audit', 'verify', incident]).code).toBe(0)
  })

  it('are data with sync --to json, and a tracker must be named', () => {
    const listed = hotwash(place, ['actions', 'sync', incident, '--to', 'json'])
    expect(JSON.parse(listed.stdout)).toMatchObject({ incident, actions: [{}, {}] })
    expect(hotwash(place, ['actions', 'sync', incident, '--to', 'github']).code).toBe(2)
  })
})
