import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createGitPort } from '../../../src/adapters/git.ts'
import { createProcessPort } from '../../../src/adapters/process.ts'
import { openPublisher } from '../../../src/record/git/publish.ts'
import {
  flush,
  folder,
  folderOf,
  GIT_ENV,
  linesOf,
  logPath,
  makePlace,
  note,
  record,
  runOneStep,
  shellIn,
  type Place,
  worldIn,
} from '../place.ts'
import { openStore } from '../../../src/record/store.ts'
import { userState } from '../user-state.ts'

const branchOf = (id: string): string => `incident/${id}`

const logOnBranch = (place: Place, id: string, ref = branchOf(id)): string => {
  const names = place.sh(`git ls-tree --name-only ${ref} ${folderOf(id)}/log/ 2>/dev/null || true`)
  return names
    .trim()
    .split('\n')
    .map((path) => place.sh(`git cat-file blob ${ref}:${path}`))
    .join('')
}

const subjects = (place: Place, id: string): string[] =>
  place
    .sh(`git log --reverse --format=%s ${branchOf(id)}`)
    .trim()
    .split('\n')

test('the branch reads as the story: one commit per result, at its own offset of the log', async () => {
  const place = makePlace()
  const journal = record(place)
  const published = await flush(place, journal)
  expect(published).toMatchObject({
    branch: branchOf(journal.incident),
    uncommitted: 0,
    unpushed: 0,
    paused: undefined,
  })
  expect(published.commit).toBe(place.sh(`git rev-parse ${branchOf(journal.incident)}`).trim())
  expect(subjects(place, journal.incident)).toEqual([
    'first',
    'incident: declared: Login outage (SEV2)',
    expect.stringContaining('run:'),
    'step fix: succeeded in 3.2 s',
    'note: looks better',
  ])
  const lines = linesOf(logPath(journal))
  const at = (back: number): string =>
    logOnBranch(place, journal.incident, `${branchOf(journal.incident)}~${back}`)
  expect([3, 2, 1, 0].map((back) => at(back).split('\n').length - 1)).toEqual([1, 2, 4, 5])
  expect(at(0)).toBe(`${lines.join('\n')}\n`)
  const message = place.sh(`git log -1 --format=%B%an%ae ${branchOf(journal.incident)}~1`)
  expect(message).toMatch(
    /Incident: \d{4}-.*\nEvent: maria@laptop-[0-9a-f]{8}#3\nLog-Digest: sha256:[0-9a-f]{64}\n/,
  )
  expect(message).toContain('Maria Examplemaria@example.test')
  const author = place.sh(`git log -1 --format=%at ${branchOf(journal.incident)}~1`).trim()
  expect(Number(author)).toBe(Math.floor(Date.parse(journal.events()[3]?.at ?? '') / 1000))
  place.sh('git fsck --strict')
})

test('the tree of the default branch stays, evidence and runbooks are there, postmortem.md merges as text', async () => {
  const place = makePlace()
  const journal = record(place)
  await flush(place, journal)
  const ref = branchOf(journal.incident)
  const paths = place.sh(`git ls-tree -r --name-only ${ref}`).trim().split('\n')
  expect(paths).toContain('file.txt')
  expect(
    paths.map((path) =>
      path
        .replace(/^incidents\/\d{4}\/[^/]*\//, '')
        .replace(/[0-9a-f]{64}/, 'DIGEST')
        .replace(/@.*/, ''),
    ),
  ).toEqual(['file.txt', '.gitattributes', 'evidence/DIGEST', 'log/maria', 'runbooks/DIGEST.yaml'])
  expect(
    place.sh(`git cat-file blob ${ref}:${folderOf(journal.incident)}/.gitattributes`),
  ).toContain('log/** -text -filter -merge')
})

test('kicks commit in the background, and a later publisher takes up what an earlier one left', async () => {
  const place = makePlace()
  const journal = record(place)
  const publisher = openPublisher({ ...place.world, journal })
  for (let n = 0; n < 20; n += 1) {
    note(journal, `n ${n}`)
    publisher.kick()
  }
  expect((await publisher.flush(20_000)).uncommitted).toBe(0)
  expect(subjects(place, journal.incident)).toHaveLength(25)
  note(journal, 'left over')
  expect((await flush(place, journal)).uncommitted).toBe(0)
  expect(subjects(place, journal.incident).at(-1)).toBe('note: left over')
})

test('without a repository nothing is published and nothing is said to be wrong', async () => {
  const place = makePlace({ git: false })
  expect(await flush(place, record(place))).toEqual({
    branch: undefined,
    commit: undefined,
    uncommitted: 0,
    unpushed: 0,
    paused: undefined,
  })
})

test('G03: the branch of an unborn repository is a root commit, and HEAD stays unborn', async () => {
  const place = makePlace({ unborn: true })
  const journal = record(place)
  const before = userState(place)
  expect(await flush(place, journal)).toMatchObject({ uncommitted: 0, paused: undefined })
  expect(userState(place)).toEqual(before)
  expect(subjects(place, journal.incident)).toHaveLength(4)
})

test('the branch starts at the default branch, never at HEAD', async () => {
  const place = makePlace()
  place.sh('git switch -qc feature; echo x > feature.txt; git add .; git commit -qm feature')
  const journal = record(place)
  await flush(place, journal)
  expect(subjects(place, journal.incident)[0]).toBe('first')
  expect(subjects(place, journal.incident)).not.toContain('feature')
})

test('a configured default branch counts, and without any the problem is said', async () => {
  const configured = makePlace({ config: { default_branch: 'trunk' } })
  configured.sh(
    'git branch -m main trunk; git switch -qc other; git commit -qm other --allow-empty',
  )
  const journal = record(configured)
  expect((await flush(configured, journal)).paused).toBeUndefined()
  expect(subjects(configured, journal.incident)[0]).toBe('first')
  const none = makePlace()
  none.sh('git branch -m main trunk')
  const published = await flush(none, record(none))
  expect(published).toMatchObject({
    uncommitted: 4,
    paused: expect.stringContaining('default_branch'),
  })
})

test('where a branch named incident is in the way, the name has a prefix', async () => {
  const place = makePlace()
  place.sh('git branch incident')
  const journal = record(place)
  expect(await flush(place, journal)).toMatchObject({
    branch: `hotwash/incident/${journal.incident}`,
    uncommitted: 0,
  })
})

const STATES: Record<string, string> = {
  clean: 'true',
  'staged and unstaged work':
    'echo staged > s.txt; git add s.txt; echo more >> file.txt; echo new > untracked.txt',
  'a stash': 'echo x >> file.txt; git stash -q; echo y >> file.txt',
  'a conflict':
    'git switch -qc a; echo a > file.txt; git commit -qam a; git switch -q main; echo b > file.txt; git commit -qam b; git merge a || true',
  'a rebase':
    'git switch -qc a; echo a > file.txt; git commit -qam a; git switch -q main; echo b > file.txt; git commit -qam b; git switch -q a; git rebase main || true',
  'a cherry-pick':
    'git switch -qc a; echo a > file.txt; git commit -qam a; git switch -q main; echo b > file.txt; git commit -qam b; git cherry-pick a || true',
  'a bisect':
    'for n in 1 2 3 4; do git commit -q --allow-empty -m c$n; done; git bisect start -q HEAD HEAD~4',
  'a detached HEAD': 'git switch -q --detach',
  'an orphan branch': 'git switch -q --orphan fresh',
  'index.lock': 'touch .git/index.lock',
  'an ignored incidents folder':
    'printf "incidents/\\n*.jsonl\\n" >> .git/info/exclude; printf "*.jsonl\\n" > .gitignore',
  autocrlf:
    'git config core.autocrlf true; printf "* text eol=crlf\\n" > .gitattributes; git add .gitattributes; git commit -qm attributes',
  'no user.name': 'git config user.useConfigOnly true',
  'a filter on everything':
    'git config filter.lfs.clean "touch FILTERED; cat"; git config filter.lfs.smudge "touch FILTERED; cat"; printf "* filter=lfs\\n" > .git/info/attributes',
}

test.each(Object.entries(STATES))(
  "the user's HEAD, index, work tree and stash stay as they are: %s",
  async (_, script) => {
    const place = makePlace()
    place.sh(script)
    const before = userState(place)
    const journal = record(place)
    const published = await flush(place, journal)
    runOneStep(journal, 'again')
    expect(await flush(place, journal)).toMatchObject({ uncommitted: 0, paused: undefined })
    expect(published.paused).toBeUndefined()
    expect(userState(place)).toEqual(before)
    expect(logOnBranch(place, journal.incident)).toBe(readFileSync(logPath(journal), 'utf8'))
    expect(existsSync(join(place.root, 'FILTERED'))).toBe(false)
  },
)

test('G02, G08: hooks, fsmonitor, ssh and gpg programs of the repository are not run', async () => {
  const place = makePlace({ config: { push: true } })
  const planted = join(place.root, 'PLANTED')
  const program = join(place.root, 'program')
  writeFileSync(program, `#!/bin/sh\ntouch ${planted}\nsleep 30\nexit 1\n`)
  chmodSync(program, 0o755)
  for (const hook of [
    'pre-commit',
    'post-commit',
    'reference-transaction',
    'pre-push',
    'post-checkout',
    'pre-merge-commit',
    'prepare-commit-msg',
    'commit-msg',
  ]) {
    place.sh(`cp program .git/hooks/${hook}`)
  }
  place.sh(`git config core.fsmonitor ${program}; git config core.sshCommand ${program}; git config gpg.program ${program}
    git config gpg.format ssh; git config gpg.ssh.program ${program}; git config commit.gpgSign true; git config log.showSignature true
    git config core.askPass ${program}; git config credential.helper ${program}; git config core.gitProxy ${program}
    git config core.pager ${program}; git config core.editor ${program}; git config diff.external ${program}
    git config remote.origin.url "ext::sh -c ${program}"; git config remote.origin.receivepack ${program}; git config remote.origin.uploadpack ${program}`)
  const journal = record(place)
  const published = await flush(place, journal)
  expect(published.uncommitted).toBe(0)
  expect(published.paused).toContain('not pushed')
  expect(existsSync(planted)).toBe(false)
})

test('G14: checkout -f, stash -u and clean -fdx during the incident lose nothing', async () => {
  const place = makePlace()
  const journal = record(place)
  await flush(place, journal)
  place.sh('echo junk > junk.txt; git stash -qu; git clean -qfdx; git checkout -qf main')
  note(journal, 'after the storm')
  expect((await flush(place, journal)).uncommitted).toBe(0)
  expect(logOnBranch(place, journal.incident)).toBe(readFileSync(logPath(journal), 'utf8'))
})

test('G01: a locked ref is tried again, then shown; the next time it is committed', async () => {
  const place = makePlace()
  const journal = record(place)
  await flush(place, journal)
  note(journal, 'while locked')
  const lock = join(place.root, '.git', 'refs', 'heads', 'incident', `${journal.incident}.lock`)
  writeFileSync(lock, '')
  const published = await flush(place, journal)
  expect(published).toMatchObject({ uncommitted: 1, paused: expect.stringContaining('lock') })
  rmSync(lock)
  expect(await flush(place, journal)).toMatchObject({ uncommitted: 0, paused: undefined })
})

test('G10: a tip that people moved is read again, and their postmortem.md stays', async () => {
  const place = makePlace()
  const journal = record(place)
  await flush(place, journal)
  const ref = branchOf(journal.incident)
  place.sh(`git worktree add -q ../wt-${journal.incident} ${ref}; cd ../wt-${journal.incident}
    echo mine > ${folderOf(journal.incident)}/postmortem.md; git add .; git commit -qm postmortem; cd -; git worktree remove ../wt-${journal.incident}`)
  note(journal, 'later')
  expect((await flush(place, journal)).uncommitted).toBe(0)
  expect(place.sh(`git cat-file blob ${ref}:${folderOf(journal.incident)}/postmortem.md`)).toBe(
    'mine\n',
  )
  expect(subjects(place, journal.incident).slice(-2)).toEqual(['postmortem', 'note: later'])
})

test.each(['here', 'in a linked work tree'])(
  'while the branch is checked out %s, commits pause and say so, and go on later',
  async (where) => {
    const place = makePlace()
    const journal = record(place)
    await flush(place, journal)
    const ref = branchOf(journal.incident)
    const linked = join(mkdtempSync(join(tmpdir(), 'hotwash-wt-')), 'wt')
    place.sh(where === 'here' ? `git switch -q ${ref}` : `git worktree add -q ${linked} ${ref}`)
    note(journal, 'paused')
    const before = userState(place)
    const published = await flush(place, journal)
    expect(published).toMatchObject({
      uncommitted: 1,
      paused: expect.stringContaining('checked out in'),
    })
    expect(userState(place)).toEqual(before)
    place.sh(where === 'here' ? 'git switch -q main' : `git worktree remove ${linked}`)
    expect(await flush(place, journal)).toMatchObject({ uncommitted: 0, paused: undefined })
  },
)

test('commits pause while the branch is being rebased', async () => {
  const place = makePlace()
  const journal = record(place)
  await flush(place, journal)
  const ref = branchOf(journal.incident)
  place.sh(
    `echo other > file.txt; git commit -qam other; git switch -q ${ref}; echo mine > file.txt; git commit -qam mine; git rebase main || true`,
  )
  note(journal, 'during the rebase')
  expect(await flush(place, journal)).toMatchObject({
    uncommitted: 1,
    paused: expect.stringContaining('rebased'),
  })
})

test('G09: in a shallow clone the record is complete', async () => {
  const place = makePlace()
  const shallow = mkdtempSync(join(tmpdir(), 'hotwash-shallow-'))
  place.sh(
    `git commit -q --allow-empty -m second; git clone -q --depth 1 file://${place.root} ${shallow}`,
  )
  const clone = makePlace({ root: shallow })
  const journal = record(clone)
  expect(await flush(clone, journal)).toMatchObject({ uncommitted: 0, paused: undefined })
  expect(logOnBranch(clone, journal.incident)).toBe(readFileSync(logPath(journal), 'utf8'))
})

test('G09: in a submodule and in a linked work tree the branch is in the common folder', async () => {
  const place = makePlace()
  const inner = makePlace()
  place.sh(
    `git -c protocol.file.allow=always submodule add -q ${inner.root} sub; git worktree add -q ../$(basename $PWD)-wt`,
  )
  const places = [
    { root: join(place.root, 'sub'), commonDir: join(place.root, '.git', 'modules', 'sub') },
    { root: `${place.root}-wt`, commonDir: join(place.root, '.git') },
  ]
  for (const repository of places) {
    const parts = { ...worldIn(repository.root), repository }
    const there = {
      root: repository.root,
      sh: shellIn(repository.root),
      world: { ...parts, store: openStore(parts) },
    }
    const journal = record(there)
    expect(journal.dir.startsWith(repository.commonDir)).toBe(true)
    expect(await flush(there, journal)).toMatchObject({ uncommitted: 0, paused: undefined })
    expect(logOnBranch(there, journal.incident)).toBe(readFileSync(logPath(journal), 'utf8'))
  }
})

test('one publisher that goes on notices that people moved or deleted the branch', async () => {
  const place = makePlace()
  const journal = record(place)
  const publisher = openPublisher({ ...place.world, journal })
  await publisher.flush(20_000)
  const ref = branchOf(journal.incident)
  place.sh(`git update-ref refs/heads/${ref} $(git commit-tree -p ${ref} -m mine ${ref}^{tree})`)
  note(journal, 'after the move')
  expect(await publisher.flush(20_000)).toMatchObject({ uncommitted: 0, paused: undefined })
  expect(subjects(place, journal.incident).slice(-2)).toEqual(['mine', 'note: after the move'])
  place.sh(`git branch -D ${ref}`)
  runOneStep(journal, 'later')
  expect(await publisher.flush(20_000)).toMatchObject({ uncommitted: 0, paused: undefined })
  expect(logOnBranch(place, journal.incident)).toBe(readFileSync(logPath(journal), 'utf8'))
  expect(subjects(place, journal.incident)).toHaveLength(8)
})

test('a remote that hangs does not hide that all is committed', async () => {
  const place = makePlace({ config: { push: true } })
  place.sh('git remote add origin http://127.0.0.1:1/; mkfifo slow')
  const journal = record(place)
  const git: typeof place.world.git = {
    raw: (cwd, args, options) =>
      args.includes('push') ? new Promise(() => {}) : place.world.git.raw(cwd, args, options),
  }
  const published = await openPublisher({ ...place.world, git, journal }).flush(1_500)
  expect(published).toMatchObject({ branch: branchOf(journal.incident), uncommitted: 0 })
})

test('pushing is not forced: what another clone pushed is joined, log by log', async () => {
  const remote = mkdtempSync(join(tmpdir(), 'hotwash-remote-'))
  const place = makePlace({ config: { push: true } })
  place.sh(`git init -q --bare ${remote}; git remote add origin ${remote}; git push -q origin main`)
  const journal = record(place)
  expect(await flush(place, journal)).toMatchObject({
    uncommitted: 0,
    unpushed: 0,
    paused: undefined,
  })
  const ref = branchOf(journal.incident)
  const other = mkdtempSync(join(tmpdir(), 'hotwash-other-'))
  const log = `${folderOf(journal.incident)}/log`
  place.sh(`git clone -q -b ${ref} ${remote} ${other}; cd ${other}; echo '{}' > ${log}/jon@desk-00000000.jsonl
    echo text > ${folderOf(journal.incident)}/postmortem.md; git add .; git commit -qm 'from Jon'; git push -q`)
  note(journal, 'meanwhile here')
  expect(await flush(place, journal)).toMatchObject({
    uncommitted: 0,
    unpushed: 0,
    paused: undefined,
  })
  place.sh(`git fetch -q origin; git merge-base --is-ancestor origin/${ref} ${ref}`)
  const there = place.sh(`git --git-dir=${remote} ls-tree -r --name-only ${ref}`)
  expect(there).toContain('jon@desk-00000000.jsonl')
  expect(there).toContain('postmortem.md')
  expect(place.sh(`git --git-dir=${remote} log --format=%s ${ref}`)).toContain('meanwhile here')
  expect(place.sh(`git --git-dir=${remote} log --format=%s ${ref}`)).toContain('from Jon')
})

test('an ssh that keeps its connection, and so the output, is not waited for', async () => {
  const remote = mkdtempSync(join(tmpdir(), 'hotwash-remote-'))
  const programs = mkdtempSync(join(tmpdir(), 'hotwash-ssh-'))
  const master = join(programs, 'master')
  const ssh = `#!/bin/sh
sleep 90 < /dev/null > /dev/null &
echo $! > ${master}
for command; do :; done
exec sh -c "$command"
`
  writeFileSync(join(programs, 'ssh'), ssh, { mode: 0o755 })
  const env = { ...GIT_ENV, PATH: `${programs}:${GIT_ENV.PATH}` }
  const git = createGitPort({ process: { ...createProcessPort(), env: () => env } })
  const place = makePlace({ config: { push: true } })
  place.sh(`git init -q --bare ${remote}; git remote add origin host.example.test:${remote}`)
  const publisher = openPublisher({ ...place.world, git, journal: record(place) })
  expect(await publisher.flush(50_000)).toMatchObject({ unpushed: 0, paused: undefined })
  process.kill(Number(readFileSync(master, 'utf8')))
})

test('a remote that cannot be reached is said, and the commits are there', async () => {
  const place = makePlace({ config: { push: true } })
  place.sh('git remote add origin /nonexistent/remote.git')
  const published = await flush(place, record(place))
  expect(published).toMatchObject({ uncommitted: 0, paused: expect.stringContaining('not pushed') })
  expect(published.unpushed).toBeGreaterThan(0)
})

test('objects that were made and never used do not stop a later commit', async () => {
  const place = makePlace()
  const journal = record(place)
  await flush(place, journal)
  folder(place.root, '.git', 'refs', 'hotwash')
  note(journal, 'x')
  expect((await flush(place, journal)).uncommitted).toBe(0)
  expect(place.sh('git for-each-ref refs/hotwash')).toBe('')
  expect(
    readdirSync(join(place.root, '.git', 'objects', 'pack')).filter((name) => name.includes('tmp')),
  ).toEqual([])
})
