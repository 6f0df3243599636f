import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mergeRecord } from '../../../src/usecases/merge-record.ts'
import { syncRecord } from '../../../src/usecases/sync-record.ts'
import { verifyRecord } from '../../../src/usecases/audit/verify-record.ts'
import { flush, folderOf, linesOf, logPath, makePlace, note, record, runOneStep } from '../place.ts'
import { userState } from '../user-state.ts'

test('where the branch is checked out, sync commits the record and leaves other staged work staged', async () => {
  const place = makePlace()
  const journal = record(place)
  await flush(place, journal)
  const ref = `incident/${journal.incident}`
  place.sh(`git switch -q ${ref}; echo wip > wip.txt; git add wip.txt; echo more >> file.txt`)
  runOneStep(journal, 'second')
  expect((await flush(place, journal)).uncommitted).toBe(2)
  const published = await syncRecord(place.world, journal)
  expect(published).toMatchObject({ uncommitted: 0, paused: undefined })
  expect(place.sh('git status --porcelain')).toBe(' M file.txt\nA  wip.txt\n')
  expect(place.sh(`git log --format=%s -2 ${ref}`)).toMatch(/^step second: succeeded.*\nrun/)
  expect(place.sh('git show --stat --format= HEAD HEAD~1')).not.toContain('wip.txt')
  const copy = join(
    place.root,
    folderOf(journal.incident),
    'log',
    logPath(journal).split('/').at(-1) ?? '',
  )
  expect(linesOf(copy)).toEqual(linesOf(logPath(journal)))
  expect((await verifyRecord(place.world, journal.incident))[0]).toMatchObject({ verified: true })
  // Once more, with nothing to do.
  const before = userState(place)
  await syncRecord(place.world, journal)
  expect(userState(place)).toEqual(before)
})

test('sync works on a linked work tree that has the branch', async () => {
  const place = makePlace()
  const journal = record(place)
  await flush(place, journal)
  const linked = join(mkdtempSync(join(tmpdir(), 'hotwash-wt-')), 'wt')
  place.sh(`git worktree add -q ${linked} incident/${journal.incident}`)
  note(journal, 'from elsewhere')
  const before = userState(place)
  expect(await syncRecord(place.world, journal)).toMatchObject({
    uncommitted: 0,
    paused: undefined,
  })
  expect(place.sh(`cd ${linked}; git status --porcelain`)).toBe('')
  const changed = Object.entries(userState(place)).filter(
    ([name, digest]) => before[name] !== digest,
  )
  expect(changed.map(([name]) => name)).toEqual(['.git/worktrees/wt/index'])
})

test('sync does not write over a copy that was changed, and refuses while git holds the index', async () => {
  const place = makePlace()
  const journal = record(place)
  await flush(place, journal)
  place.sh(`git switch -q incident/${journal.incident}`)
  note(journal, 'new')
  writeFileSync(join(place.root, '.git', 'index.lock'), '')
  await expect(syncRecord(place.world, journal)).rejects.toMatchObject({
    code: 'JOURNAL',
    message: expect.stringContaining('index.lock'),
  })
  place.sh('rm .git/index.lock; sed -i s/better/bitter/ incidents/*/*/log/*')
  await expect(syncRecord(place.world, journal)).rejects.toMatchObject({
    code: 'NOT_VERIFIED',
    hint: expect.stringContaining('git checkout'),
  })
  place.sh('git checkout -q -- .')
  expect(await syncRecord(place.world, journal)).toMatchObject({ uncommitted: 0 })
})

test('sync elsewhere commits in the background way', async () => {
  const place = makePlace()
  const journal = record(place)
  const before = userState(place)
  expect(await syncRecord(place.world, journal)).toMatchObject({
    uncommitted: 0,
    paused: undefined,
  })
  expect(userState(place)).toEqual(before)
})

test('a closed incident is merged into the default branch, and verifies there', async () => {
  const place = makePlace()
  const journal = record(place)
  await flush(place, journal)
  place.sh('git switch -qc feature')
  const merged = await mergeRecord(place.world, journal.incident)
  expect(merged).toMatchObject({
    merged: true,
    into: 'main',
    branch: `incident/${journal.incident}`,
  })
  expect(place.sh('git symbolic-ref --short HEAD')).toBe('main\n')
  expect(existsSync(join(place.root, folderOf(journal.incident), 'log'))).toBe(true)
  expect((await verifyRecord(place.world, 'main'))[0]).toMatchObject({ verified: true, notes: [] })
  expect(readFileSync(join(place.root, 'file.txt'), 'utf8')).toBe('hello\n')
})

test('untracked files that the merge leaves alone are not in its way', async () => {
  const place = makePlace()
  const journal = record(place)
  await flush(place, journal)
  place.sh('echo mine > scratch.txt; mkdir incidents; echo mine > incidents/README')
  expect(await mergeRecord(place.world, journal.incident)).toMatchObject({ merged: true })
  expect(place.sh('git status --porcelain')).toBe('?? incidents/README\n?? scratch.txt\n')
})

test('an untracked file that the merge would write over is in its way, by name', async () => {
  const place = makePlace()
  const journal = record(place)
  await flush(place, journal)
  const path = `${folderOf(journal.incident)}/.gitattributes`
  place.sh(`mkdir -p $(dirname ${path}); echo mine > ${path}; git switch -qc feature`)
  // git's own note of where HEAD was before the merge that it refused.
  const seen = (): object => ({ ...userState(place), '.git/ORIG_HEAD': undefined })
  const before = seen()
  expect(await mergeRecord(place.world, journal.incident)).toMatchObject({
    merged: false,
    why: expect.stringContaining(path),
    command: `git switch main && git merge --no-ff incident/${journal.incident}`,
  })
  expect(seen()).toEqual(before)
})

test.each([
  ['a dirty work tree', 'echo x >> file.txt', 'not clean (1 changed: file.txt)'],
  ['staged work', 'echo x > new.txt; git add new.txt', 'not clean'],
  ['a detached HEAD', 'git switch -q --detach', 'detached'],
  [
    'a merge under way',
    'git switch -qc a; echo a > file.txt; git commit -qam a; git switch -q main; echo b > file.txt; git commit -qam b; git merge a || true',
    'MERGE_HEAD',
  ],
])('with %s nothing is merged, and the git command is named', async (_, script, why) => {
  const place = makePlace()
  const journal = record(place)
  await flush(place, journal)
  place.sh(script)
  const before = userState(place)
  const merged = await mergeRecord(place.world, journal.incident)
  expect(merged).toMatchObject({
    merged: false,
    why: expect.stringContaining(why),
    command: `git switch main && git merge --no-ff incident/${journal.incident}`,
  })
  expect(userState(place)).toEqual(before)
})

test('without a branch or a repository there is nothing to merge', async () => {
  const bare = makePlace({ git: false })
  expect(await mergeRecord(bare.world, record(bare).incident)).toMatchObject({ merged: false })
  const place = makePlace()
  expect(await mergeRecord(place.world, record(place).incident)).toMatchObject({
    merged: false,
    why: expect.stringContaining('no branch'),
  })
})
