import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { digestOfLine } from '../../../src/record/journal/chain.ts'
import { encodeEvent } from '../../../src/record/journal/codec.ts'
import type { Journal } from '../../../src/ports/journal.ts'
import type { Verified } from '../../../src/record/verify/problem.ts'
import { verifyRecord } from '../../../src/usecases/audit/verify-record.ts'
import {
  flush,
  folderOf,
  linesOf,
  logPath,
  makePlace,
  note,
  record,
  thrownBy,
  type Place,
} from '../place.ts'

const verify = async (place: Place, target?: string): Promise<Verified> => {
  const [report] = await verifyRecord(place.world, target)
  if (report === undefined) throw new Error('no report')
  return report
}

const codes = (report: Verified): string[] =>
  [...new Set(report.problems.map(({ code }) => code))].toSorted()

/** A pushed record, and a fresh clone of it. */
type Shared = { place: Place; journal: Journal; remote: string; ref: string }

async function shared(): Promise<Shared> {
  const remote = mkdtempSync(join(tmpdir(), 'hotwash-remote-'))
  const place = makePlace({ config: { push: true } })
  place.sh(
    `git init -q --bare -b main ${remote}; git remote add origin ${remote}; git push -q origin main`,
  )
  const journal = record(place)
  await flush(place, journal)
  return { place, journal, remote, ref: `incident/${journal.incident}` }
}

function cloneOf({ remote }: Shared): Place {
  const root = mkdtempSync(join(tmpdir(), 'hotwash-clone-'))
  const place = makePlace({ root })
  place.sh(`git clone -q ${remote} .`)
  return place
}

let one: Shared
beforeAll(async () => {
  one = await shared()
})

test('a record verifies where it was written, anchored to where it was pushed', async () => {
  const { place, journal } = one
  for (const target of [undefined, journal.incident, `incident/${journal.incident}`]) {
    const report = await verify(place, target)
    expect(report).toMatchObject({
      verified: true,
      problems: [],
      anchored_to: `origin/incident/${journal.incident}`,
      unsigned: 4,
    })
    expect(report.logs).toEqual([
      {
        writer: expect.stringMatching(/^maria@laptop-/),
        events: 5,
        head: digestOfLine(`${linesOf(logPath(journal)).at(-1)}\n`),
      },
    ])
    expect(report.notes).toEqual([])
  }
})

test('a fresh clone of the pushed branch verifies, by id, by branch, and checked out', async () => {
  const clone = cloneOf(one)
  expect(await verify(clone)).toMatchObject({ verified: true, unsigned: 4 })
  expect(await verify(clone, `origin/${one.ref}`)).toMatchObject({
    verified: true,
    anchored_to: `origin/${one.ref}`,
  })
  clone.sh(`git switch -q ${one.ref}`)
  expect(await verify(clone, one.journal.incident)).toMatchObject({ verified: true, problems: [] })
  const folder = folderOf(one.journal.incident)
  expect(await verify(clone, folder)).toMatchObject({ verified: true })
  const bare = mkdtempSync(join(tmpdir(), 'hotwash-bare-'))
  cpSync(join(clone.root, folder), join(bare, one.journal.incident), { recursive: true })
  expect(await verify(clone, join(bare, one.journal.incident))).toMatchObject({
    verified: true,
    anchored_to: null,
    commits: 0,
    unsigned: 0,
  })
})

test('main verifies after the merge, and what is changed on main later is found', async () => {
  const clone = cloneOf(one)
  clone.sh(`git merge -q --no-ff -m merge origin/${one.ref}`)
  expect(await verify(clone, 'main')).toMatchObject({ verified: true, notes: [] })
  expect(await verify(clone, one.journal.incident)).toMatchObject({ verified: true })
  const log = `${folderOf(one.journal.incident)}/log`
  clone.sh(`sed -i 's/looks better/looks bitter/' ${log}/*.jsonl; git commit -qam 'small fix'`)
  const report = await verify(clone, 'main')
  expect(report.verified).toBe(false)
  expect(report.problems[0]).toMatchObject({ code: 'not_a_prefix', seq: 4 })
  expect((await verify(clone, one.journal.incident)).verified).toBe(false)
})

test('the commit that changed the record is named once, with author and date, and no other', async () => {
  const clone = cloneOf(one)
  clone.sh(
    `git switch -q ${one.ref}; cd ${folderOf(one.journal.incident)}; sed -i '1s/SEV2/SEV3/' log/*.jsonl; echo more >> $(ls evidence/*)
    GIT_AUTHOR_NAME='Omar Example' GIT_AUTHOR_DATE='2026-11-21T12:30:00Z' git commit -qam 'small fix'; cd -; git commit -q --allow-empty -m later`,
  )
  const id = clone.sh('git rev-parse HEAD~1').slice(0, 12)
  const { problems } = await verify(clone, 'HEAD')
  const named = problems.filter(({ message }) => message.startsWith('commit'))
  const words = named.filter(({ code }) => code !== 'commit_message').map((one) => one.message)
  expect(words).toEqual([
    expect.stringContaining(`commit ${id} (Omar Example, 2026-11-21T12:30Z) changes evidence/`),
    expect.stringMatching(
      /^commit \w+ \(Omar Example, 2026-11-21T12:30Z\) changes log\/\S+: event maria@\S+#0 \(event \d+ of the timeline\) differs$/,
    ),
  ])
  expect(named.filter(({ code }) => code === 'not_a_prefix')).toMatchObject([{ seq: 0 }])
})

test('a change that was taken back names both commits', async () => {
  const clone = cloneOf(one)
  const log = `${folderOf(one.journal.incident)}/log/*.jsonl`
  clone.sh(
    `git switch -q ${one.ref}; sed -i 's/looks better/looks bitter/' ${log}; git commit -qam one; sed -i 's/looks bitter/looks better/' ${log}; git commit -qam two`,
  )
  const { problems } = await verify(clone, 'HEAD')
  const ids = clone.sh('git rev-parse HEAD HEAD~1').trim().split('\n')
  expect(problems.map(({ code, message }) => [code, message.split(' ')[1]])).toEqual(
    ids.map((id) => ['not_a_prefix', id.slice(0, 12)]),
  )
})

test('a log that was removed and put back with other words is found', async () => {
  const clone = cloneOf(one)
  const log = `${folderOf(one.journal.incident)}/log`
  clone.sh(
    `git switch -q ${one.ref}; cp -r ${log} ../$$; git rm -qr ${log}; git commit -qm one; mkdir -p ${log}; cp ../$$/* ${log}; rm -r ../$$; sed -i 's/looks better/looks bitter/' ${log}/*; git add .; git commit -qm two`,
  )
  expect(codes(await verify(clone, 'HEAD'))).toEqual(['commit_message', 'not_a_prefix', 'removed'])
})

test('a squash merge keeps the chain, and the lost proof is said once the branch is gone', async () => {
  const clone = cloneOf(one)
  clone.sh(`git merge -q --squash origin/${one.ref}; git commit -qm squashed`)
  const both = await verify(clone, one.journal.incident)
  expect([both.verified, both.notes]).toEqual([true, []])
  clone.sh(`git update-ref -d refs/remotes/origin/${one.ref}`)
  const report = await verify(clone, 'main')
  expect(report).toMatchObject({ verified: true, anchored_to: null })
  expect(report.notes.join()).toMatch(/: 0 of the 4 commits .* are here \(a squash merge\?\)/)
})

/** Every kind of byte in a line: structure, keys, values, digests, the newline. */
function* flips(bytes: Buffer): Generator<number> {
  const newline = bytes.indexOf(10)
  const places = new Set([
    0,
    1,
    3,
    6,
    newline - 1,
    newline,
    newline - 40,
    bytes.length - 1,
    bytes.length - 2,
    bytes.length - 30,
  ])
  for (const word of [
    '"seq"',
    '"clock"',
    '"at"',
    '"mono_ms"',
    '"boot"',
    '"type"',
    '"incident"',
    '"actor"',
    '"tool"',
    '"data"',
    '"prev"',
    '"sha256"',
    '"preview"',
  ]) {
    const at = bytes.indexOf(word)
    if (at !== -1)
      for (const offset of [0, 1, word.length, word.length + 1, word.length + 2])
        places.add(at + offset)
  }
  for (const at of places) yield at
}

test('any byte of a log that is changed in the journal is found, at its event', async () => {
  const { place, journal } = await shared()
  const path = logPath(journal)
  const good = readFileSync(path)
  for (const at of flips(good)) {
    const bad = Buffer.from(good)
    bad[at] = (bad[at] as number) ^ 1
    writeFileSync(path, bad)
    // The last line has no successor: only git can tell.
    const isLast = at > good.lastIndexOf(10, good.length - 2)
    const report = await verify(place, isLast ? journal.incident : journal.dir)
    const seq = good.subarray(0, at).toString().split('\n').length - 1
    expect(report.verified, `byte ${at}: ${good.subarray(at - 5, at + 5).toString()}`).toBe(false)
    const near = report.problems.filter((problem) => Math.abs((problem.seq ?? -9) - seq) <= 1)
    expect(near).not.toEqual([])
    expect(near.map(({ message }) => message).join()).toMatch(/event maria@\S+#\d+/)
  }
  writeFileSync(path, good)
  expect((await verify(place, journal.incident)).verified).toBe(true)
}, 60_000)

test('any byte that is changed in the work tree is found', async () => {
  const clone = cloneOf(one)
  clone.sh(`git switch -q ${one.ref}`)
  const folder = join(clone.root, folderOf(one.journal.incident))
  for (const part of ['log', 'evidence', 'runbooks']) {
    const path = join(folder, part, readdirSync(join(folder, part))[0] ?? '')
    const good = readFileSync(path)
    for (const at of [Math.floor(good.length / 2), good.length - 1]) {
      const bad = Buffer.from(good)
      bad[at] = (bad[at] as number) ^ 1
      writeFileSync(path, bad)
      expect((await verify(clone, one.journal.incident)).verified, `${part} byte ${at}`).toBe(false)
    }
    writeFileSync(path, good)
    rmSync(path)
    expect(codes(await verify(clone, one.journal.incident))).toContain('missing')
    writeFileSync(path, good)
  }
  // A cut-off tail has a perfect chain.
  const log = join(folder, 'log', readdirSync(join(folder, 'log'))[0] ?? '')
  writeFileSync(log, `${linesOf(log).slice(0, 3).join('\n')}\n`)
  expect((await verify(clone, one.journal.incident)).verified).toBe(false)
  clone.sh('git checkout -q -- .')
  writeFileSync(join(folder, 'evidence', 'a'.repeat(64)), 'planted')
  expect(codes(await verify(clone, one.journal.incident))).toContain('extra')
})

const TAMPERING: Record<string, { script: string; code: string }> = {
  'changes the last event': {
    script: 'sed -i "s/looks better/looks bitter/" log/*.jsonl',
    code: 'not_a_prefix',
  },
  'changes an early event': { script: 'sed -i "1s/SEV2/SEV3/" log/*.jsonl', code: 'bad_chain' },
  'cuts off the last event': { script: 'sed -i "\\$d" log/*.jsonl', code: 'not_a_prefix' },
  'removes the log': { script: 'git rm -q log/*.jsonl', code: 'removed' },
  'changes evidence': { script: 'f=$(ls evidence/*); echo more >> $f', code: 'digest' },
  'removes evidence': { script: 'git rm -q evidence/*', code: 'missing' },
  'changes the runbook': { script: 'f=$(ls runbooks/*); echo more >> $f', code: 'digest' },
  'adds evidence that no event names': {
    script: `printf planted > evidence/372eb3774802a8d97badd0f3afdabbf7a17ef8a1f900b394db99a460b893406c`,
    code: 'extra',
  },
  'has a log in a folder of its own': {
    script: 'mkdir log/sub; cp log/*.jsonl log/sub',
    code: 'extra',
  },
  'makes the log a link': { script: 'f=$(ls log/*); mv $f x; ln -s ../x $f', code: 'link' },
  'changes and changes back': {
    script:
      'f=$(ls log/*.jsonl); cp $f /tmp/hotwash-back-$$; sed -i "s/looks better/looks bitter/" $f; git commit -qam one; cp /tmp/hotwash-back-$$ $f; rm /tmp/hotwash-back-$$',
    code: 'not_a_prefix',
  },
}

test.each(Object.entries(TAMPERING))('a commit that %s is found', async (_, { script, code }) => {
  const clone = cloneOf(one)
  clone.sh(
    `git switch -q ${one.ref}; cd ${folderOf(one.journal.incident)}; ${script}; git add -A .; git commit -qm tampered`,
  )
  for (const target of ['HEAD', one.journal.incident]) {
    const report = await verify(clone, target)
    expect(report.verified).toBe(false)
    expect(codes(report)).toContain(code)
  }
})

test('a merge that takes an older copy of the log is found', async () => {
  const clone = cloneOf(one)
  clone.sh(
    `git switch -q ${one.ref}; git switch -qc old HEAD~2; git commit -q --allow-empty -m side; git merge -q -s ours -m 'evil merge' ${one.ref}`,
  )
  const report = await verify(clone, 'old')
  expect(report.verified).toBe(false)
  expect(codes(report)).toEqual(
    ['not_a_prefix', 'removed'].filter((code) => codes(report).includes(code)),
  )
})

test('G11: a branch that was written anew after it was pushed is found', async () => {
  const { place, journal, ref } = await shared()
  place.sh(
    `git switch -q ${ref}; git commit -q --amend -m 'note: nothing to see'; git switch -q main`,
  )
  place.sh(
    `git switch -q ${ref}; GIT_COMMITTER_DATE=2020-01-01T00:00:00Z git rebase -q --no-ff HEAD~3; git switch -q main`,
  )
  const report = await verify(place, journal.incident)
  expect(codes(report)).toEqual(['rewritten'])
})

test('G13: an empty object is named, and the rest is still looked at', async () => {
  const { place, journal, ref } = await shared()
  const evidence = place.sh(`git ls-tree -r ${ref} | grep evidence/`).split(/\s+/)[2] ?? ''
  const path = join(place.root, '.git', 'objects', evidence.slice(0, 2), evidence.slice(2))
  place.sh(`chmod u+w ${path}; : > ${path}`)
  const report = await verify(place, journal.incident)
  expect(codes(report)).toContain('object')
})

test('a journal that differs from what was pushed is found, although its own chain is whole', async () => {
  const { place, journal } = await shared()
  const path = logPath(journal)
  let prev = '0'.repeat(64)
  const forged = journal.events().map((event) => {
    const line = encodeEvent({ ...event, actor: { ...event.actor, name: 'Nobody' }, prev })
    prev = digestOfLine(line)
    return line
  })
  writeFileSync(path, forged.join(''))
  const report = await verify(place, journal.incident)
  expect(codes(report)).toContain('differs')
  expect(report.problems.find(({ code }) => code === 'differs')).toMatchObject({ seq: 0 })
})

test('an event that is chained well but is not what its type says is found', async () => {
  const place = makePlace({ git: false })
  const journal = record(place)
  const last = journal.events().at(-1)
  if (last === undefined) throw new Error('no event')
  const prev = digestOfLine(`${linesOf(logPath(journal)).at(-1)}\n`)
  writeFileSync(
    logPath(journal),
    encodeEvent({ ...last, seq: 5, clock: 6, prev, data: { text: 5 } } as never),
    { flag: 'a' },
  )
  const report = await verify(place, journal.incident)
  expect(report.problems).toMatchObject([{ code: 'bad_schema', seq: 5 }])
})

test('D06, D07: links and evidence outside the folder are refused', async () => {
  const place = makePlace({ git: false })
  const journal = record(place)
  const name = readdirSync(join(journal.dir, 'evidence'))[0] ?? ''
  const path = join(journal.dir, 'evidence', name)
  renameSync(path, join(place.root, 'moved'))
  symlinkSync(join(place.root, 'moved'), path)
  expect(codes(await verify(place, journal.incident))).toEqual(['link'])
  rmSync(path)
  expect(codes(await verify(place, journal.incident))).toEqual(['missing'])
  renameSync(join(journal.dir, 'log'), join(place.root, 'log'))
  symlinkSync(join(place.root, 'log'), join(journal.dir, 'log'))
  expect(codes(await verify(place, folderOf(journal.incident)))).toContain('link')
})

test('a shallow clone says that it cannot see the beginning', async () => {
  const root = mkdtempSync(join(tmpdir(), 'hotwash-shallow-'))
  const place = makePlace({ root })
  place.sh(`git clone -q --depth 2 -b ${one.ref} file://${one.remote} .`)
  const report = await verify(place, one.journal.incident)
  expect(report.verified).toBe(true)
  expect(report.notes.join()).toContain('shallow')
})

test('what is no incident, folder or commit is a usage error that says what is accepted', async () => {
  const place = makePlace()
  for (const target of [undefined, 'nonsense', '2026-01-01-nothing', 'HEAD', '.']) {
    await expect(verify(place, target)).rejects.toMatchObject({
      code: 'NO_INCIDENT',
      exitCode: 2,
      hint: expect.any(String),
    })
  }
  expect(thrownBy(() => place.world.store.open('../../etc'))).toMatchObject({ code: 'NO_INCIDENT' })
})

test('events that are in the journal and not yet in git verify too', async () => {
  const { place, journal } = await shared()
  note(journal, 'not committed')
  expect(await verify(place, journal.incident)).toMatchObject({
    verified: true,
    uncommitted: 1,
    logs: [{ events: 6 }],
  })
})
