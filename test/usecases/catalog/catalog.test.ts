import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeIncidents } from '../../catalog/many-incidents.ts'
import type { Journal } from '../../../src/ports/journal.ts'
import { readCatalog } from '../../../src/usecases/catalog/read-catalog.ts'
import { searchRecords } from '../../../src/usecases/catalog/search-records.ts'
import { similarIncidents } from '../../../src/usecases/catalog/similar-incidents.ts'
import { similarLines } from '../../../src/usecases/catalog/similar-lines.ts'
import { similarInTime } from '../../../src/usecases/catalog/similar-in-time.ts'
import { statsOfIncidents } from '../../../src/usecases/catalog/stats-of-incidents.ts'
import { openStore } from '../../../src/record/store.ts'
import { flush, logPath, makePlace, shellIn, type Place } from '../../record/place.ts'

function declare({ world }: Place, title: string, severity = 'SEV2'): Journal {
  const journal = world.store.create({ title })
  journal.append({ type: 'incident.declared', data: { title, severity } })
  return journal
}

/** When all that is there was written long ago. */
const inAnHour = ({ world }: Place): Place['world'] => ({
  ...world,
  clock: { ...world.clock, now: () => world.clock.now() + 3_600_000 },
})

const ids = async (place: Place): Promise<string[]> =>
  (await readCatalog(place.world)).incidents.map(({ id }) => id)

const cacheFolder = ({ root }: Place): string => {
  const folder = join(root, '.git', 'hotwash', 'catalog')
  return join(folder, readdirSync(folder)[0] ?? '')
}

const cacheFile = (place: Place): string => join(cacheFolder(place), 'summaries')

const REPORT = (title: string): string => `---
hotwash: 1
services: [login]
actions:
  - { id: alarm, title: ${title}, type: detect, owner: maria }
---
# Report

A zebra was seen here.
`

/** A record as it lies in the work tree after a merge, without a journal of this machine. */
function mergedInto(place: Place, from: Place, journal: Journal, report: string): string {
  const folder = join(place.root, place.world.store.recordPath(journal.incident))
  mkdirSync(join(folder, 'log'), { recursive: true })
  const log = logPath(journal)
  writeFileSync(join(folder, 'log', log.slice(log.lastIndexOf('/') + 1)), readFileSync(log))
  writeFileSync(join(folder, 'postmortem.md'), report)
  expect(existsSync(join(from.root, '.git'))).toBe(true)
  return folder
}

test('live journals and merged records are both in it, each once, oldest first', async () => {
  const place = makePlace()
  const first = declare(place, 'Login is down')
  const other = makePlace()
  const merged = declare(other, 'Mail is late')
  mergedInto(place, other, merged, REPORT('Alarm'))
  // A record that is live here and merged as well is the live one.
  mergedInto(place, place, first, REPORT('Other'))
  const { incidents, warnings, elsewhere } = await readCatalog(place.world)
  expect(incidents.map(({ id }) => id)).toEqual([first.incident, merged.incident])
  expect(incidents[1]).toMatchObject({
    title: 'Mail is late',
    services: ['login'],
    actions: [{ id: 'alarm', status: 'open', owner: 'maria' }],
  })
  expect({ warnings, elsewhere }).toEqual({ warnings: [], elsewhere: 0 })
})

test('what was appended or written since is in it at once, what was not is not read again', async () => {
  const place = makePlace()
  const journal = declare(place, 'Login is down')
  const other = declare(place, 'Mail is late')
  const later = inAnHour(place)
  await readCatalog(later)
  const before = statSync(cacheFile(place)).mtimeMs
  await readCatalog(later)
  expect(statSync(cacheFile(place)).mtimeMs).toBe(before)
  journal.append({ type: 'incident.updated', data: { title: 'Login is slow' } })
  const { incidents } = await readCatalog(later)
  expect(incidents.map(({ title }) => title)).toEqual(['Login is slow', 'Mail is late'])
  expect(other.state().title).toBe('Mail is late')
})

test('the report is the one on the incident branch, and where that is checked out the file there', async () => {
  const place = makePlace()
  const journal = declare(place, 'Login is down')
  await flush(place, journal)
  const branch = `incident/${journal.incident}`
  const path = `${place.world.store.recordPath(journal.incident)}/postmortem.md`
  const actionsNow = async (): Promise<string[]> =>
    (await readCatalog(place.world)).incidents.flatMap(({ actions }) =>
      actions.map(({ title }) => title),
    )
  expect(await actionsNow()).toEqual([])
  const tree = `${place.root}-tree`
  place.sh(`git worktree add -q "${tree}" ${branch}`)
  writeFileSync(join(tree, path), REPORT('In the work tree'))
  expect(await actionsNow()).toEqual(['In the work tree'])
  shellIn(tree)('git add -A && git commit -qm report')
  place.sh(`git worktree remove --force "${tree}"`)
  expect(await actionsNow()).toEqual(['In the work tree'])
})

test.each([
  ['is damaged', (text: Buffer) => Buffer.concat([text.subarray(0, -9), Buffer.from('"zzzz"}\n')])],
  ['is cut off', (text: Buffer) => text.subarray(0, text.length / 2)],
  ['is empty', () => Buffer.alloc(0)],
  ['is foreign', () => Buffer.from('PK\u0003\u0004 nothing of ours \0\0\n\n\t\t')],
  ['is of another format', (text: Buffer) => Buffer.from(text.toString().replace(/ \d+ /, ' 0 '))],
])('a cache that %s is made again, and harms nobody', async (_, spoil) => {
  const place = makePlace()
  const journal = declare(place, 'Login is down')
  const good = await readCatalog(place.world)
  const file = cacheFile(place)
  const text = readFileSync(file)
  const spoiled = spoil(text)
  expect(spoiled.equals(text)).toBe(false)
  writeFileSync(file, spoiled)
  expect(await readCatalog(place.world)).toEqual(good)
  expect(readFileSync(file).equals(text)).toBe(true)
  expect(readdirSync(cacheFolder(place))).toEqual(['summaries'])
  expect(journal.state().events).toBe(1)
})

test('where the cache cannot be written, everything works without it', async () => {
  const place = makePlace()
  declare(place, 'Login is down')
  writeFileSync(join(place.root, '.git', 'hotwash', 'catalog'), 'in the way')
  expect(await ids(place)).toHaveLength(1)
  expect(await ids(place)).toHaveLength(1)
})

test('the cache is private, and nothing of it is seen by git', async () => {
  const place = makePlace()
  declare(place, 'Login is down')
  await readCatalog(place.world)
  expect(statSync(cacheFile(place)).mode & 0o777).toBe(0o600)
  expect(place.sh('git status --porcelain')).toBe('')
})

test('one unreadable incident is a warning and hides no other', async () => {
  const place = makePlace()
  declare(place, 'Login is down')
  const broken = declare(place, 'Mail is late')
  const log = logPath(broken)
  writeFileSync(log, readFileSync(log, 'utf8').replace('"v":1', '"v":99'))
  for (const _ of ['cold', 'warm']) {
    const { incidents, warnings } = await readCatalog(place.world)
    expect(incidents.map(({ title }) => title)).toEqual(['Login is down'])
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`^${broken.incident}: .*format 99`)),
    ])
  }
})

test('a record that holds something else than texts and times harms no other', async () => {
  const place = makePlace()
  declare(place, 'Login is down')
  const other = makePlace()
  const note = declare(other, 'Mail is late')
  note.append({ type: 'note.added', data: { text: 'seen' } })
  const time = declare(other, 'Disk is full')
  const at = '2026-01-01T00:00:00.000Z'
  time.append({ type: 'incident.updated', data: { impact_start: at, detected_at: at } })
  for (const [journal, was, is] of [
    [note, '"text":"seen"', '"text":{"a":1}'],
    [time, at, 'a while ago'],
  ] as const) {
    const folder = mergedInto(place, other, journal, '# Report\n')
    const log = join(folder, 'log', readdirSync(join(folder, 'log'))[0] ?? '')
    writeFileSync(log, readFileSync(log, 'utf8').replaceAll(was, is))
  }
  const none = { since: undefined, until: undefined, severities: [], service: undefined }
  const { stats, warnings } = await statsOfIncidents(place.world, none)
  expect(stats.count).toBe(2)
  expect(stats.times[0]).toMatchObject({ n: 0, unknown: [{ count: 1 }, { count: 1 }] })
  expect(warnings).toEqual([expect.stringMatching(`^${note.incident}: not understood`)])
})

test('a folder where a log should be, or a head that is no YAML, is told each time', async () => {
  const place = makePlace()
  const other = makePlace()
  const folder = mergedInto(place, other, declare(other, 'Mail is late'), '---\nactions: {\n---\n')
  mkdirSync(join(place.root, 'incidents/2026/2026-01-01-odd/log/a.jsonl'), { recursive: true })
  for (const _ of ['cold', 'warm']) {
    const { incidents, warnings } = await readCatalog(place.world)
    expect(incidents.map(({ title }) => title)).toEqual(['Mail is late'])
    expect(warnings.toSorted()).toEqual([
      expect.stringContaining('2026-01-01-odd: '),
      expect.stringMatching(
        /the head of its report cannot be read: incidents\/.*postmortem\.md:\d/,
      ),
    ])
  }
  expect(existsSync(folder)).toBe(true)
})

test('incidents that are only on branches are counted and told, not read', async () => {
  const place = makePlace()
  place.sh('git branch incident/2026-01-02-elsewhere')
  const { incidents, elsewhere } = await readCatalog(place.world)
  expect({ incidents, elsewhere }).toEqual({ incidents: [], elsewhere: 1 })
  const { warnings } = await similarIncidents(place.world, { words: ['login'], most: 5 })
  expect(warnings).toEqual([expect.stringContaining('1 more incident is on branches')])
})

test('two work trees of one repository do not spoil each other’s cache', async () => {
  const place = makePlace()
  const journal = declare(place, 'Login is down')
  await flush(place, journal)
  place.sh(`git worktree add -q "${place.root}-second" -b other`)
  await readCatalog(place.world)
  const root = `${place.root}-second`
  const parts = {
    ...place.world,
    root,
    cwd: root,
    repository: { root, commonDir: join(place.root, '.git') },
  }
  const { incidents } = await readCatalog({ ...parts, store: openStore(parts) })
  expect(incidents).toHaveLength(1)
  expect(readdirSync(join(place.root, '.git', 'hotwash', 'catalog'))).toHaveLength(2)
})

test('similar finds an earlier incident with its fix and its open actions, by id and by text', async () => {
  const place = makePlace()
  const other = makePlace()
  const earlier = declare(other, 'Login answers 500: connection pool exhausted')
  earlier.append({
    type: 'command.recorded',
    data: { argv: ['systemctl', 'restart', 'login'], duration_ms: 5, exit_code: 0 },
  })
  earlier.append({ type: 'incident.updated', data: { status: 'mitigated' } })
  mergedInto(place, other, earlier, REPORT('Alarm on the pool'))
  for (const title of ['Mail is late', 'Certificate expired', 'Disk full']) declare(place, title)
  const now = declare(place, 'pool exhausted again')
  const byId = await similarIncidents(place.world, { words: [now.incident], most: 5 })
  const byText = await similarIncidents(place.world, { words: ['pool', 'exhausted'], most: 5 })
  for (const { similar } of [byId, byText]) {
    const found = similar.find(({ incident }) => incident.id === earlier.incident)
    expect(found).toMatchObject({
      fix: { commands: ['systemctl restart login'] },
      openActions: [{ title: 'Alarm on the pool' }],
    })
    expect(similarLines(similar).join('\n')).toContain(
      'fixed:  no runbook; the last commands before it was over: systemctl restart login',
    )
    expect(found?.words.map(({ word }) => word)).toEqual(
      expect.arrayContaining(['pool', 'exhausted']),
    )
  }
  expect(byId.similar.map(({ incident }) => incident.id)).not.toContain(now.incident)
})

test('similar refuses what it cannot mean', async () => {
  const place = makePlace()
  const ask = (words: string[]) => similarIncidents(place.world, { words, most: 5 })
  expect(await ask([])).toMatchObject({ similar: [], of: 0 })
  await expect(ask(['of the'])).rejects.toMatchObject({ code: 'USAGE' })
  await expect(ask(['2026-01-01-nowhere'])).rejects.toMatchObject({ code: 'NO_INCIDENT' })
})

test('while an incident is declared, the newest are looked at in any case, older ones while there is time', async () => {
  const place = makePlace()
  const old = writeIncidents(place.root, 150).ids
  const now = declare(place, 'pool exhausted')
  declare(place, 'pool exhausted before')
  const asked = { incident: now.incident, title: 'pool exhausted' }
  let ms = 0
  const within = (mono: () => number) =>
    similarInTime({ ...place.world, clock: { ...place.world.clock, mono } }, asked)
  const hurried = await within(() => (ms += 1_000))
  expect(hurried.warnings).toEqual([])
  expect(hurried.similar[0]?.incident.title).toBe('pool exhausted before')
  const kept = (): number => readFileSync(cacheFile(place), 'utf8').split('\n').length - 2
  expect(kept()).toBe(100)
  await within(() => ms)
  expect(kept()).toBe(old.length + 2)
})

test('what goes wrong while they are looked for is a warning', async () => {
  const place = makePlace()
  const store = {
    ...place.world.store,
    places: () => {
      throw new Error('the disk is gone')
    },
  }
  const asked = { incident: 'x', title: 'pool' }
  expect(await similarInTime({ ...place.world, store }, asked)).toEqual({
    similar: [],
    warnings: ['similar incidents were not looked for: the disk is gone'],
  })
})

test('search finds words of logs and reports, and a secret that was masked is nowhere', async () => {
  const place = makePlace()
  place.world.redactor.add('db_password', 'hunter2-correct-horse')
  const journal = declare(place, 'Login is down')
  journal.append({ type: 'note.added', data: { text: 'used hunter2-correct-horse to log in' } })
  const other = makePlace()
  mergedInto(place, other, declare(other, 'Mail is late'), REPORT('Alarm'))
  const search = async (query: string): Promise<unknown[]> => {
    const found = await searchRecords(place.world, { query, in: undefined, most: 9 })
    return found.incidents.flatMap(({ hits }) =>
      hits.map(({ passage, at }) => `${passage.in} ${at}`),
    )
  }
  expect(await search('zebra')).toEqual(['report 9'])
  expect(await search('used')).toEqual(['timeline e2'])
  for (const secret of ['hunter2', 'horse', 'db_password', 'masked']) {
    expect(await search(secret)).toEqual([])
  }
  expect(readFileSync(join(cacheFolder(place), 'texts'), 'utf8')).not.toContain('hunter2')
  await expect(search('?')).rejects.toMatchObject({ code: 'USAGE' })
})

test.each([
  [{ since: 'yesterday' }, '--since yesterday: not a day'],
  [{ since: '2026-02-30' }, '--since 2026-02-30: not a day'],
  [{ until: '2026-13-01' }, '--until 2026-13-01: not a day'],
  [{ since: '2026-02-02', until: '2026-02-01' }, '--since 2026-02-02 is after --until 2026-02-01'],
  [{ severities: ['SEV9'] }, '--severity SEV9: there is no such severity'],
])('stats refuses %j', async (given, message) => {
  const place = makePlace()
  const none = { since: undefined, until: undefined, severities: [], service: undefined }
  await expect(statsOfIncidents(place.world, { ...none, ...given })).rejects.toMatchObject({
    code: 'USAGE',
    message,
  })
})

test('stats take whole days, and severities in any case', async () => {
  const place = makePlace()
  const day = declare(place, 'Login is down').state().declaredAt.slice(0, 10)
  const none = { since: undefined, until: undefined, severities: [], service: undefined }
  const count = async (given: object): Promise<number> =>
    (await statsOfIncidents(place.world, { ...none, ...given })).stats.count
  expect(await count({ since: day, until: day })).toBe(1)
  expect(await count({ since: '1d' })).toBe(1)
  expect(await count({ until: '2020-01-01' })).toBe(0)
  expect(await count({ severities: ['sev2'] })).toBe(1)
  expect(await count({ severities: ['SEV1'] })).toBe(0)
  expect(await count({ service: 'login' })).toBe(0)
})

test('without a repository everything works, without a cache', async () => {
  const place = makePlace({ git: false })
  declare(place, 'Login is down')
  expect(await ids(place)).toHaveLength(1)
  expect(readdirSync(place.root)).toEqual(['incidents'])
})
