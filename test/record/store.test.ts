import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { incidentId, isIncidentId, slug } from '../../src/record/names.ts'
import { openStore } from '../../src/record/store.ts'
import { listBranches } from '../../src/usecases/incident/list-branches.ts'
import { incidentLines, listIncidents } from '../../src/usecases/incident/list-incidents.ts'
import { pickIncident } from '../../src/usecases/pick-incident.ts'
import { flush, makePlace, note, record, thrownBy, worldIn } from './place.ts'

test.each([
  ['Login outage', 'login-outage'],
  ['Zürich – Datenbank ausgefallen!', 'zurich-datenbank-ausgefallen'],
  ['../../etc/passwd', 'etc-passwd'],
  ['🔥🔥', ''],
  ['-rf --force', 'rf-force'],
  ['x'.repeat(300), 'x'.repeat(40)],
  ['CON', 'con'],
])('the title %j becomes the safe name %j', (title, wanted) => {
  expect(slug(title)).toBe(wanted)
  expect(isIncidentId(incidentId('2026-11-21', title, 1))).toBe(true)
})

test('two incidents of one title on one day get two ids, listed in the order they came', () => {
  const place = makePlace()
  const ids = ['Zeta', 'Alpha', 'Zeta'].map((title) => record(place, title).incident)
  expect(ids[2]).toBe(`${ids[0]}-2`)
  expect(place.world.store.list()).toEqual(ids)
})

test('an id that a branch or a record in the work tree has is not given again', async () => {
  const place = makePlace()
  const first = record(place)
  await flush(place, first)
  place.sh('rm -rf .git/hotwash; git pack-refs --all')
  expect(place.world.store.create({ title: 'Login outage' }).incident).toBe(`${first.incident}-2`)
  mkdirSync(
    join(place.root, 'incidents', first.incident.slice(0, 4), `${first.incident}-3`, 'log'),
    { recursive: true },
  )
  expect(record(place).incident).toBe(`${first.incident}-4`)
})

test('all work trees of a repository share the journal', () => {
  const place = makePlace()
  const journal = record(place)
  place.sh('git worktree add -q ../$(basename $PWD)-wt')
  const root = `${place.root}-wt`
  const repository = { root, commonDir: join(place.root, '.git') }
  const store = openStore({ ...worldIn(root), repository })
  expect(store.list()).toEqual([journal.incident])
  expect(note(store.open(journal.incident), 'from there').clock).toBe(6)
})

test('a record that is read whole is what opening it gives, but nothing is repaired', () => {
  const place = makePlace()
  const { incident, dir } = record(place)
  const [name = ''] = readdirSync(join(dir, 'log'))
  const foreign = join(dir, 'log', name.replace('maria', 'ada'))
  writeFileSync(foreign, readFileSync(join(dir, 'log', name)))
  const opened = place.world.store.open(incident)
  const { events, state, damage } = place.world.store.read(incident)
  expect(state).toEqual(opened.state())
  expect(events).toEqual(opened.events())
  expect(damage).toBeUndefined()

  appendFileSync(foreign, '{"v":1,"seq":5,"clo')
  expect(place.world.store.read(incident)).toEqual({ events, state, damage })
  expect(readFileSync(foreign, 'utf8')).toMatch(/clo$/)
  expect(() => place.world.store.read('2026-11-21-nothing')).toThrow(/there is no incident/)
})

test('an incident that does not exist is named as unknown', () => {
  const place = makePlace()
  for (const id of ['2026-11-21-nothing', '', '../x', '/etc']) {
    expect(() => place.world.store.open(id)).toThrow(/there is no incident/)
  }
})

test('in a fresh clone, an incident that is only on a branch is named with its branch', async () => {
  const place = makePlace()
  const journal = record(place)
  await flush(place, journal)
  const id = journal.incident
  const clone = makePlace({ root: mkdtempSync(join(tmpdir(), 'hotwash-clone-')) })
  clone.sh(`git clone -q ${place.root} .; git branch -q local origin/main`)
  const { store } = clone.world
  expect(store.list()).toEqual([])
  for (const how of ['loose', 'packed']) {
    if (how === 'packed') clone.sh('git pack-refs --all')
    expect([...store.branches()]).toEqual([[id, `incident/${id}`]])
    for (const act of [() => store.open(id), () => pickIncident(store, id)]) {
      expect(thrownBy(act)).toMatchObject({
        code: 'NO_INCIDENT',
        message: expect.stringContaining(`branch incident/${id}`),
        hint: expect.stringContaining(`git switch incident/${id}`),
      })
    }
  }
  expect(thrownBy(() => pickIncident(store, undefined))).toMatchObject({
    hint: expect.stringContaining(`incident/${id}`),
  })
  clone.sh('git config grep.lineNumber true; git config color.grep always')
  const { incidents } = listIncidents(store)
  expect(incidentLines(incidents, await listBranches(clone.world))).toMatch(
    new RegExp(`\n  incident/${id}  SEV2   open          Login outage$`),
  )

  clone.sh(`git switch -q incident/${id}`)
  expect([...store.branches()]).toEqual([])
  expect(store.open(pickIncident(store, id)).state().events).toBe(5)
  const writing = thrownBy(() => note(store.open(id), 'x'))
  expect(writing).toMatchObject({
    code: 'JOURNAL',
    message: expect.stringContaining('came by git'),
  })
})

test('what was looked at is opened without reading it again, once, and appends what is next', () => {
  const place = makePlace()
  const id = record(place).incident
  const { store } = place.world
  const state = store.stateOf(id)
  const first = store.open(id)
  expect(first.state()).toBe(state)
  expect(store.open(id).state()).not.toBe(state)
  store.stateOf(id)
  note(first, 'from another journal, after the look')
  const late = store.open(id)
  expect(note(late, 'behind it').seq).toBe(6)
  expect(late.events()).toHaveLength(7)
})
