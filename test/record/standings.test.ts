/** What is kept of incidents that are over may be old, torn or gone: it costs time and is never wrong. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { HotwashError } from '../../src/errors.ts'
import type { Journal } from '../../src/ports/journal.ts'
import { standingsOf } from '../../src/record/standings.ts'
import { listIncidents } from '../../src/usecases/incident/list-incidents.ts'
import { openIncidents, pickIncident } from '../../src/usecases/pick-incident.ts'
import { logPath, makePlace, worldIn, type Place } from './place.ts'

const HOUR_MS = 3_600_000

function incident({ world }: Place, title: string, isOver = false): Journal {
  const journal = world.store.create({ title })
  journal.append({ type: 'incident.declared', data: { title, severity: 'SEV2' } })
  if (isOver) journal.append({ type: 'incident.resolved', data: {} })
  return journal
}

/** One that is over and one that is open. */
function twoIncidents() {
  const place = makePlace()
  const over = incident(place, 'Mail is late', true)
  const open = incident(place, 'Login is down')
  return { place, over, open, log: logPath(over), file: join(place.root, '.git', 'kept', 'file') }
}

/** As another process finds them later: how they stand, and whose logs were read for it. */
function look({ place, file }: { place: Place; file: string | undefined }, nowMs?: number) {
  const { store } = worldIn(place.root)
  const read: string[] = []
  const places = store.list().flatMap((id) => store.places().get(id) ?? [])
  const standings = standingsOf(places, {
    file,
    nowMs: nowMs ?? Date.now() + HOUR_MS,
    stateOf: (id) => {
      read.push(id)
      return store.stateOf(id)
    },
  })
  const says = [...standings.values()].map((one) =>
    one instanceof HotwashError ? one.code : `${one.title}: ${one.status}`,
  )
  return { says, read }
}

const BOTH = ['Mail is late: resolved', 'Login is down: open']

test('one that is over is not read again, an open one each time', () => {
  const { over, open, ...at } = twoIncidents()
  expect(look(at)).toEqual({ says: BOTH, read: [over.incident, open.incident] })
  const { ino } = statSync(at.file)
  expect(look(at)).toEqual({ says: BOTH, read: [open.incident] })
  expect(statSync(at.file).ino).toBe(ino)
  expect(statSync(at.file).mode & 0o777).toBe(0o600)
})

test('what is appended to one that was over, and a log that came beside its own, is seen at once', () => {
  const { over, open, ...at } = twoIncidents()
  look(at)
  over.append({ type: 'incident.updated', data: { title: 'Mail is lost' } })
  expect(look(at).says[0]).toBe('Mail is lost: resolved')
  expect(look(at).read).toEqual([open.incident])
  writeFileSync(join(dirname(at.log), 'omar@desk-00000000.jsonl'), '')
  expect(look(at).read).toEqual([over.incident, open.incident])
})

test('a log that is another one of the same size and time is read again', () => {
  const { over, ...at } = twoIncidents()
  look(at)
  const { size, mtime, atime } = statSync(at.log)
  writeFileSync(
    at.log,
    readFileSync(at.log, 'utf8').replace('incident.resolved', 'incident.RESOLVED'),
  )
  utimesSync(at.log, atime, mtime)
  expect(statSync(at.log)).toMatchObject({ size, mtime })
  expect(look(at)).toMatchObject({ says: ['Mail is late: open', BOTH[1]] })
  expect(openIncidents(worldIn(at.place.root).store)).toContain(over.incident)
})

test('nothing is kept of a log or a folder so young that its next change may have the same time', () => {
  const { over, ...at } = twoIncidents()
  const young = statSync(at.log).ctimeMs + 1_990
  for (const _ of ['first', 'again']) expect(look(at, young).read).toContain(over.incident)
  // Clocks that disagree: written in the future.
  expect(look(at, 0).read).toContain(over.incident)
  look(at)
  expect(look(at).read).not.toContain(over.incident)
  expect(look(at, young).read).toContain(over.incident)
})

test.each([
  ['is cut off', (kept: Buffer) => kept.subarray(0, -20)],
  ['lies', (kept: Buffer) => Buffer.from(kept.toString().replace('Mail is late', 'Mail is lost'))],
  ['is of another format', (kept: Buffer) => Buffer.from(kept.toString().replace(' 1 ', ' 0 '))],
  ['is empty', () => Buffer.alloc(0)],
])('where what is kept %s, all is read and kept anew', (_, spoil) => {
  const { over, open, ...at } = twoIncidents()
  look(at)
  const good = readFileSync(at.file)
  writeFileSync(at.file, spoil(good))
  expect(look(at)).toEqual({ says: BOTH, read: [over.incident, open.incident] })
  expect(readFileSync(at.file).equals(good)).toBe(true)
})

test('where nothing can be kept, and without a repository, everything is as it is', () => {
  const { over, open, ...at } = twoIncidents()
  writeFileSync(dirname(at.file), 'in the way')
  for (const file of [at.file, at.file, undefined])
    expect(look({ ...at, file })).toEqual({ says: BOTH, read: [over.incident, open.incident] })
  const plain = makePlace({ git: false })
  incident(plain, 'Mail is late', true)
  expect(listIncidents(plain.world.store).incidents).toHaveLength(1)
  expect(readdirSync(plain.root)).toEqual(['incidents'])
})

test('one that is gone, and one that cannot be read, are never taken from what is kept', () => {
  const { over, ...at } = twoIncidents()
  look(at)
  renameSync(dirname(at.log), join(over.dir, 'away'))
  mkdirSync(dirname(at.log))
  expect(look(at).says).toEqual([BOTH[1]])
  rmSync(dirname(at.log), { recursive: true })
  renameSync(join(over.dir, 'away'), dirname(at.log))
  writeFileSync(at.log, readFileSync(at.log, 'utf8').replace('"v":1', '"v":99'))
  const found = look(at)
  expect(look(at)).toEqual(found)
  expect(found.says).toEqual(['NEWER_FORMAT', BOTH[1]])
  const { store } = worldIn(at.place.root)
  expect(listIncidents(store).incidents[1]).toMatchObject({ status: 'unreadable' })
  expect(() => pickIncident(store, undefined)).toThrow(HotwashError)
})

test('two processes that keep at once leave one of both, whole', async () => {
  const { over, open, ...at } = twoIncidents()
  const script = `
    const { standingsOf } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/record/standings.ts'))})
    const { worldIn } = await import(${JSON.stringify(join(import.meta.dirname, 'place.ts'))})
    const { rmSync } = await import('node:fs')
    const { store } = worldIn(${JSON.stringify(at.place.root)})
    for (let n = 0; n < 200; n++) {
      if (n % 3 === 0) rmSync(${JSON.stringify(at.file)}, { force: true })
      const places = store.list().flatMap((id) => store.places().get(id) ?? [])
      const file = ${JSON.stringify(at.file)}
      const nowMs = Date.now() + ${HOUR_MS}
      const standings = standingsOf(places, { file, nowMs, stateOf: store.stateOf })
      console.log([...standings.values()].map(({ title, status }) => title + ': ' + status).join())
    }`
  const outputs = await Promise.all(
    [1, 2].map(async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script])
      const [output, trouble] = await Promise.all([
        textOf(child.stdout),
        textOf(child.stderr),
        once(child, 'close'),
      ])
      return trouble + output
    }),
  )
  for (const output of outputs)
    expect([...new Set(output.trim().split('\n'))]).toEqual([BOTH.join()])
  expect(look(at)).toEqual({ says: BOTH, read: [open.incident] })
  expect(readdirSync(dirname(at.file))).toEqual(['file'])
  expect(over.damage?.()).toBeUndefined()
})
