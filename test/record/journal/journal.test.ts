import { spawn, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { decodeLine, encodeEvent } from '../../../src/record/journal/codec.ts'
import {
  folder,
  GIT_ENV,
  linesOf,
  logPath,
  makePlace,
  note,
  record,
  thrownBy,
  worldIn,
} from '../place.ts'
import { until } from '../../until.ts'

const LOOP = join(import.meta.dirname, '../../programs', 'append-loop.ts')

test('events are read again as they were appended, by another journal too', () => {
  const place = makePlace({ git: false })
  const journal = record(place)
  const again = place.world.store.open(journal.incident)
  expect(again.events()).toEqual(journal.events())
  expect(again.state()).toEqual(journal.state())
  expect(again.events().map((event) => event.seq)).toEqual([0, 1, 2, 3, 4])
  expect(journal.dir).toBe(
    join(place.root, 'incidents', journal.incident.slice(0, 4), journal.incident),
  )
})

test('many events at once are a chain like one by one, masked, and taken on by the next', () => {
  const place = makePlace({ git: false })
  place.world.redactor.add('token', 'tok-1234567890abcdef')
  const journal = record(place)
  const texts = ['one', 'tok-1234567890abcdef', 'three']
  const added = journal.appendAll(texts.map((text) => ({ type: 'note.added', data: { text } })))
  expect(added.map(({ seq, clock }) => [seq, clock])).toEqual([
    [5, 6],
    [6, 7],
    [7, 8],
  ])
  note(journal, 'behind')
  expect(journal.appendAll([])).toEqual([])
  const again = place.world.store.open(journal.incident)
  expect(again.damage?.()).toBeUndefined()
  expect(again.events()).toEqual(journal.events())
  expect(again.state()).toEqual(journal.state())
  expect(again.events().slice(5, 8)).toEqual(added)
  expect(readFileSync(logPath(journal), 'utf8')).not.toContain('tok-1234567890abcdef')
})

test('in a repository the live journal is in the git folder, private', () => {
  const journal = record(makePlace())
  expect(journal.dir).toContain('/.git/hotwash/')
  expect(statSync(journal.dir).mode & 0o777).toBe(0o700)
  expect(statSync(logPath(journal)).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(journal.dir, 'local', 'key'), 'utf8')).toMatch(/^[0-9a-f]{64}$/)
})

test('secrets are masked in events and evidence before they are chained', () => {
  const place = makePlace({ git: false })
  place.world.redactor.add('db_password', 'hunter2-correct-horse')
  const journal = record(place)
  note(journal, 'the password is hunter2-correct-horse, and \\"quoted\\"')
  const { sha256 } = journal.putEvidence('out', 'hunter2-correct-horse\n')
  expect(journal.readEvidence(sha256)).toBe('[masked:db_password]\n')
  expect(readFileSync(logPath(journal), 'utf8')).not.toContain('hunter2')
  expect(place.world.store.open(journal.incident).events()).toHaveLength(6)
})

test('a spooled output is masked again, digested and taken over', () => {
  const place = makePlace({ git: false })
  const journal = record(place)
  const path = join(folder(journal.dir, 'local', 'spool'), 'out')
  writeFileSync(path, 'token tok-1234567890abcdef end')
  place.world.redactor.add('token', 'tok-1234567890abcdef')
  const kept = journal.takeEvidence('stdout', { path, bytes: 100, keptBytes: 30, leftOutBytes: 70 })
  expect(journal.readEvidence(kept.sha256)).toBe('token [masked:token] end')
  expect(kept.left_out_bytes).toBe(70)
  expect(existsSync(path)).toBe(false)
})

test('evidence that is too large keeps its ends and says how much is missing', () => {
  const journal = record(makePlace({ git: false }))
  const kept = journal.putEvidence('big', `start${'x'.repeat(9 << 20)}end`)
  expect(kept.left_out_bytes).toBe((9 << 20) + 8 - (8 << 20))
  const text = journal.readEvidence(kept.sha256) ?? ''
  expect(text.startsWith('startx')).toBe(true)
  expect(text.endsWith('xend')).toBe(true)
  expect(Buffer.byteLength(text)).toBe(kept.bytes)
})

test('evidence with a changed byte is not read', () => {
  const journal = record(makePlace({ git: false }))
  const { sha256 } = journal.putEvidence('out', 'what it said')
  writeFileSync(join(journal.dir, 'evidence', sha256), 'what it sait')
  expect(journal.readEvidence(sha256)).toBeUndefined()
  expect(journal.readEvidence('../log/x')).toBeUndefined()
})

test('D01: a torn tail is moved aside and reported, and everything before it stays', () => {
  const place = makePlace({ git: false })
  const journal = record(place)
  const path = logPath(journal)
  const before = readFileSync(path)
  appendFileSync(path, '{"v":1,"seq":5,"clo')
  const again = place.world.store.open(journal.incident)
  const last = again.events().at(-1)
  expect(last).toMatchObject({
    type: 'log.recovered',
    seq: 5,
    data: { at_byte: before.length, quarantined_bytes: 19 },
  })
  expect(readFileSync(path).subarray(0, before.length).equals(before)).toBe(true)
  const { file } = (last as Extract<typeof last, { type: 'log.recovered' }>).data
  expect(readFileSync(join(journal.dir, file), 'utf8')).toBe('{"v":1,"seq":5,"clo')
  note(again, 'on we go')
  expect(place.world.store.open(journal.incident).events()).toHaveLength(7)
})

test.each([
  ['zeros without an end', Buffer.alloc(4096)],
  ['a line that starts with zeros', Buffer.concat([Buffer.alloc(100), Buffer.from('"x"}\n')])],
])('D03: a tail of %s is treated as torn', (_, tail) => {
  const place = makePlace({ git: false })
  const journal = record(place)
  appendFileSync(logPath(journal), tail)
  const again = place.world.store.open(journal.incident)
  expect(again.events().at(-1)).toMatchObject({
    type: 'log.recovered',
    data: { quarantined_bytes: tail.length },
  })
})

test('D02: a bad line in the middle makes the incident read-only and is named by event and byte', () => {
  const place = makePlace({ git: false })
  const journal = record(place)
  const path = logPath(journal)
  const lines = linesOf(path)
  const at = Buffer.byteLength(`${lines.slice(0, 2).join('\n')}\n`)
  writeFileSync(path, `${[...lines.slice(0, 2), 'garbage', ...lines.slice(3)].join('\n')}\n`)
  const before = readFileSync(path)
  const again = place.world.store.open(journal.incident)
  expect(again.events()).toHaveLength(2)
  expect(again.damage?.()).toContain('#2')
  const error = thrownBy(() => note(again, 'x'))
  expect(error).toMatchObject({ code: 'NOT_VERIFIED', exitCode: 6 })
  expect(error.message).toContain(`#2, byte ${at}`)
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('D04: a torn line glued to the next event is bad, and both are shown', () => {
  const place = makePlace({ git: false })
  const journal = record(place)
  const path = logPath(journal)
  const lines = linesOf(path)
  writeFileSync(path, `${lines.slice(0, 4).join('\n')}\n${lines[4]?.slice(0, 40)}${lines[4]}\n`)
  const again = place.world.store.open(journal.incident)
  const error = thrownBy(() => note(again, 'x'))
  expect(error.message).toMatch(/glued together.*"seq":4.*"seq":4/)
  expect(error).toMatchObject({ exitCode: 6 })
})

test.each([
  [
    'a gap in seq',
    (lines: string[]) => [...lines.slice(0, 2), ...lines.slice(3)],
    'has seq 3 where 2 must follow',
  ],
  [
    'a repeated line',
    (lines: string[]) => [...lines.slice(0, 3), ...lines.slice(2)],
    'has seq 2 where 3 must follow',
  ],
  [
    'a changed line',
    (lines: string[]) => lines.map((line, n) => (n === 1 ? line.replace('demo', 'demu') : line)),
    '#2, byte',
  ],
])('D05: %s is found at the exact event', (_, change, message) => {
  const place = makePlace({ git: false })
  const journal = record(place)
  const path = logPath(journal)
  writeFileSync(path, `${change(linesOf(path)).join('\n')}\n`)
  const again = place.world.store.open(journal.incident)
  const error = thrownBy(() => note(again, 'x'))
  expect(error).toMatchObject({ code: 'NOT_VERIFIED' })
  expect(error.message).toContain(message)
})

test.each(['log file', 'log folder', 'incident folder'])(
  'D06: a symbolic link in place of the %s is refused',
  (what) => {
    const place = makePlace()
    const journal = record(place)
    const path = {
      'log file': logPath(journal),
      'log folder': join(journal.dir, 'log'),
      'incident folder': journal.dir,
    }[what] as string
    const elsewhere = join(place.root, 'elsewhere')
    renameSync(path, elsewhere)
    symlinkSync(elsewhere, path)
    expect(thrownBy(() => place.world.store.open(journal.incident))).toMatchObject({
      code: 'NOT_VERIFIED',
      exitCode: 6,
    })
  },
)

test('D10: a record of a newer format is refused and not written to', () => {
  const place = makePlace({ git: false })
  const journal = record(place)
  const path = logPath(journal)
  const decoded = decodeLine(linesOf(path)[0] ?? '')
  if (!decoded.ok) throw new Error(decoded.message)
  appendFileSync(path, encodeEvent({ ...decoded.event, v: 2 as never, seq: 5 }))
  const before = readFileSync(path)
  expect(thrownBy(() => place.world.store.open(journal.incident))).toMatchObject({
    code: 'NEWER_FORMAT',
    exitCode: 3,
  })
  expect(thrownBy(() => note(journal, 'x'))).toMatchObject({ code: 'NEWER_FORMAT' })
  expect(readFileSync(path).equals(before)).toBe(true)
})

test.each([
  ['shrank', (path: string) => truncateSync(path, 100)],
  [
    'was replaced',
    (path: string) => {
      cpSync(path, `${path}.copy`)
      renameSync(`${path}.copy`, path)
    },
  ],
  ['is gone', (path: string) => renameSync(path, `${path}.bak`)],
  [
    'had its last line',
    (path: string) => {
      const text = readFileSync(path, 'utf8')
      writeFileSync(path, text.replace('looks better', 'looks bettor'))
    },
  ],
])('D11: a log that %s under its writer stops it', (message, change) => {
  const journal = record(makePlace({ git: false }))
  change(logPath(journal))
  const error = thrownBy(() => note(journal, 'x'))
  expect(error).toMatchObject({ code: 'JOURNAL', exitCode: 8 })
  expect(error.message).toContain(message)
})

test('valid lines of another process are picked up, watched, and continued', async () => {
  const place = makePlace({ git: false })
  const journal = record(place)
  const other = worldIn(place.root, {
    git: false,
    actor: { name: 'Jon', email: 'jon@example.test', host: 'desk' },
  })
  const grown: number[] = []
  const stop = journal.watch(() => grown.push(1))
  const theirs = other.store.open(journal.incident)
  expect(note(theirs, 'from Jon').clock).toBe(6)
  await until(() => grown.length > 0, 'it is seen')
  stop()
  expect(grown).toEqual([1])
  expect(journal.state().events).toBe(6)
  expect(note(journal, 'from Maria').clock).toBe(7)
  expect(readdirSync(join(journal.dir, 'log'))).toHaveLength(2)
  expect(
    place.world.store
      .open(journal.incident)
      .events()
      .map(({ clock }) => clock),
  ).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test('a log from elsewhere whose events belong in between is folded in order', () => {
  const place = makePlace({ git: false })
  const journal = record(place)
  const other = makePlace({ git: false })
  const elsewhere = record(other)
  const foreign = linesOf(logPath(elsewhere)).map((line) =>
    line.replaceAll(elsewhere.incident, journal.incident),
  )
  expect(foreign).toHaveLength(5)
  // Written by another clone at the same clocks.
  cpSync(logPath(elsewhere), join(journal.dir, 'log', 'zoe@desk-00000000.jsonl'))
  note(journal, 'after the merge')
  const clocks = journal.events().map(({ clock }) => clock)
  expect(clocks).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6])
  expect(journal.state().runs).toHaveLength(2)
})

test('two processes that append at once keep one chain each, and one order', async () => {
  const place = makePlace({ git: false })
  const journal = record(place)
  const children = ['a', 'a', 'b'].map((who) =>
    spawn(process.execPath, [LOOP, place.root, journal.incident, who, '60', 'plain'], {
      env: GIT_ENV,
    }),
  )
  const codes = await Promise.all(
    children.map((child) => new Promise((resolve) => child.on('close', resolve))),
  )
  expect(codes).toEqual([0, 0, 0])
  const events = place.world.store.open(journal.incident).events()
  expect(events.map(({ clock }) => clock)).toEqual(Array.from({ length: 185 }, (_, n) => n + 1))
  expect(note(journal, 'still going').clock).toBe(186)
})

test('kill -9 in the middle of appending loses no acknowledged event', async () => {
  const place = makePlace({ git: false })
  const journal = record(place)
  for (let round = 0; round < 4; round += 1) {
    const child = spawn(
      process.execPath,
      [LOOP, place.root, journal.incident, 'a', 'Infinity', 'plain'],
      { env: GIT_ENV },
    )
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await until(() => said.split('\n').length >= 20, 'it has written some')
    await delay(round * 3)
    const closed = new Promise((resolve) => child.on('close', resolve))
    child.kill('SIGKILL')
    await closed
    const acknowledged = said.split('\n').slice(0, -1).map(Number)
    expect(acknowledged.length).toBeGreaterThan(10)
    const clocks = new Set(
      place.world.store
        .open(journal.incident)
        .events()
        .map(({ clock }) => clock),
    )
    expect(acknowledged.filter((clock) => !clocks.has(clock))).toEqual([])
    // The dead process held the append lock, perhaps.
    note(place.world.store.open(journal.incident), `round ${round}`)
  }
  expect(
    readdirSync(join(journal.dir, 'local')).filter((name) => name.startsWith('over-')),
  ).toEqual([])
})

test('D09: a file that may not grow stops the journal with exit 8, and the log keeps its last good line', () => {
  const place = makePlace({ git: false })
  const journal = record(place)
  // Blocks of 512 bytes in sh.
  const script = `ulimit -f 16; exec "${process.execPath}" "${LOOP}" "${place.root}" ${journal.incident} maria Infinity plain`
  const child = spawnSync('sh', ['-c', script], { env: GIT_ENV, encoding: 'utf8' })
  expect(child.status).toBe(8)
  const said = child.stdout.trim().split('\n')
  expect(JSON.parse(said.at(-1) ?? '')).toMatchObject({
    code: 'JOURNAL',
    message: expect.stringContaining('EFBIG'),
  })
  const events = place.world.store.open(journal.incident).events()
  expect(events.at(-1)?.clock).toBe(Number(said.at(-2)))
  expect(events.some(({ type }) => type === 'log.recovered')).toBe(false)
})

const isRoot = process.getuid?.() === 0

test.runIf(isRoot)(
  'D09: a full disk stops the journal with exit 8, and it goes on when there is room',
  () => {
    const mounted = mkdtempSync(join(tmpdir(), 'hotwash-full-'))
    const { sh } = makePlace({ git: false, root: mounted })
    sh(`mount -t tmpfs -o size=256k tmpfs ${mounted}`)
    try {
      const place = makePlace({ git: false, root: folder(mounted, 'work') })
      writeFileSync(join(mounted, 'ballast'), 'b'.repeat(16_384))
      const journal = record(place)
      let error: unknown
      let acknowledged = 5
      for (let n = 0; n < 3000 && error === undefined; n += 1) {
        try {
          note(journal, 'x'.repeat(700))
          acknowledged += 1
        } catch (caught) {
          error = caught
        }
      }
      expect(error).toMatchObject({ code: 'JOURNAL', exitCode: 8 })
      expect((error as Error).message).toContain('the disk is full')
      expect(thrownBy(() => journal.putEvidence('out', 'y'.repeat(9000)))).toMatchObject({
        code: 'JOURNAL',
      })
      const many = Array.from({ length: 50 }, (_, n) => `row ${n} ${'z'.repeat(700)}`)
      const addMany = () =>
        journal.appendAll(many.map((text) => ({ type: 'note.added', data: { text } })))
      // Some of them fit now: none of them stays.
      rmSync(join(mounted, 'ballast'))
      expect(thrownBy(addMany)).toMatchObject({ code: 'JOURNAL', exitCode: 8 })
      expect(readdirSync(join(journal.dir, 'evidence'))).toHaveLength(1)
      expect(linesOf(logPath(journal))).toHaveLength(acknowledged)
      sh(`mount -o remount,size=4m ${mounted}`)
      note(journal, 'room again')
      addMany()
      expect(place.world.store.open(journal.incident).events()).toHaveLength(acknowledged + 51)
    } finally {
      sh(`umount -l ${mounted}`)
    }
  },
)

test.runIf(isRoot)('D09: a read-only file system is exit 8, and what is there can be read', () => {
  const mounted = mkdtempSync(join(tmpdir(), 'hotwash-ro-'))
  const { sh } = makePlace({ git: false, root: mounted })
  sh(`mount -t tmpfs -o size=4m tmpfs ${mounted}`)
  try {
    const { store } = makePlace({ git: false, root: folder(mounted, 'work') }).world
    const { incident } = store.create({ title: 'read only' })
    const args = [LOOP, join(mounted, 'work'), incident, 'a', '3', 'plain']
    expect(spawnSync(process.execPath, args, { env: GIT_ENV }).status).toBe(0)
    sh(`mount -o remount,ro ${mounted}`)
    const journal = store.open(incident)
    expect(journal.events()).toHaveLength(3)
    expect(thrownBy(() => note(journal, 'x'))).toMatchObject({
      code: 'JOURNAL',
      message: expect.stringContaining('read-only (EROFS)'),
    })
  } finally {
    sh(`umount -l ${mounted}`)
  }
})

test('an unwritable place for the journal is exit 8', () => {
  const place = makePlace({ git: false })
  writeFileSync(join(place.root, 'incidents'), 'a file is in the way')
  expect(thrownBy(() => place.world.store.create({ title: 'x' }))).toMatchObject({
    code: 'JOURNAL',
    exitCode: 8,
  })
})

test('a secret in the name of the author or of the incident is refused before anything is written', () => {
  const place = makePlace({
    git: false,
    actor: { name: 'Maria', email: 'sesame-open-sesame@example.test', host: 'laptop' },
  })
  place.world.redactor.add('word', 'sesame-open-sesame')
  expect(thrownBy(() => place.world.store.create({ title: 'sesame open sesame' }))).toBeDefined()
  const journal = place.world.store.create({ title: 'fine' })
  expect(thrownBy(() => note(journal, 'x'))).toMatchObject({ code: 'SECRET', exitCode: 3 })
  expect(readdirSync(join(journal.dir, 'log'))).toEqual([])
})

test('a folder of an incident that came by git is read, not continued', () => {
  const place = makePlace()
  const source = makePlace({ git: false })
  const journal = record(source)
  const target = join(place.root, place.world.store.recordPath(journal.incident))
  mkdirSync(join(target, '..'), { recursive: true })
  cpSync(journal.dir, target, { recursive: true })
  const copy = place.world.store.open(journal.incident)
  expect(copy.events()).toHaveLength(5)
  expect(thrownBy(() => note(copy, 'x'))).toMatchObject({ code: 'JOURNAL' })
})
