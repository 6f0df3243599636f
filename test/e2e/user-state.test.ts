/**
 * What belongs to the user stays as it is: HEAD, index, work tree, stash, refs, settings, byte for
 * byte, over a whole run, a note, a draft and a sync, in every state in which an outage can find a
 * repository. The record is complete on its branch all the same.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freshPlace, git, hotwash, json, type Ended, type Place } from '../hotwash.ts'
import { eventsOf, incidentOf, journalOf } from '../journal-on-disk.ts'

/** Effects lie beside the repository, so that a changed work tree is the tool's doing. */
const RUNBOOK = `hotwash: 1
name: Outage
steps:
  - {id: one, run: echo one >> ../effects, rollback: {run: echo undo >> ../effects}}
  - {id: two, run: echo two >> ../effects}
`

const place = (files: Record<string, string> = {}): Place =>
  freshPlace({ files: { 'r.yaml': RUNBOOK, 'file.txt': 'one\n', 'other.txt': 'one\n', ...files } })

const sh = (where: Place, script: string): string =>
  execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: where.dir,
    env: where.env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** Objects, the journal, and refs and reflogs of incident branches are the record's own. */
const RECORDS_OWN = /^\.git\/(objects|hotwash|(logs\/)?refs\/heads\/incident)(\/|$)/

function userState(where: Place): Record<string, string> {
  const state: Record<string, string> = {}
  for (const path of filesIn(where.dir, where.dir)) {
    const { mode } = lstatSync(path)
    const bytes = lstatSync(path).isSymbolicLink() ? readlinkSync(path) : readFileSync(path)
    const digest = createHash('sha256').update(bytes).digest('hex')
    state[relative(where.dir, path)] = `${mode.toString(8)} ${digest}`
  }
  return state
}

const filesIn = (root: string, folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (RECORDS_OWN.test(relative(root, path))) return []
    return entry.isDirectory() ? filesIn(root, path) : [path]
  })

/** Every journal byte is in the tip of the branch: nothing is left behind, nothing differs. */
function expectCommitted(where: Place): void {
  const id = incidentOf(where)
  const journal = journalOf(where)
  const record = git(where, 'ls-tree', '-r', '--name-only', `incident/${id}`, 'incidents/')
    .split('\n')
    .find((path) => path.includes('/log/'))
  const folder = (record ?? '').split('/log/')[0] ?? ''
  for (const room of ['log', 'runbooks', 'evidence']) {
    for (const name of readdirSync(join(journal, room))) {
      const committed = execFileSync('git', ['show', `incident/${id}:${folder}/${room}/${name}`], {
        cwd: where.dir,
        env: where.env,
      })
      const same = committed.equals(readFileSync(join(journal, room, name)))
      expect([room, name, same]).toEqual([room, name, true])
    }
  }
  const audit = hotwash(where, ['audit', 'verify', id, '--json'])
  expect(json(audit)).toMatchObject({ verified: true, problems: [] })
}

const said = ({ code, stderr }: Ended) => [code, stderr]

function wholeJob(where: Place): void {
  const run = hotwash(where, ['run', 'r.yaml', '--yes'])
  expect(said(run)).toEqual([0, expect.any(String)])
  for (const args of [['note', 'support confirms'], ['postmortem', 'draft'], ['sync']]) {
    expect([args[0], ...said(hotwash(where, args))]).toEqual([args[0], 0, expect.any(String)])
  }
  expect(readFileSync(join(where.dir, '..', 'effects'), 'utf8')).toBe('one\ntwo\n')
}

const HOOKS =
  'applypatch-msg pre-commit prepare-commit-msg commit-msg post-commit pre-rebase post-checkout ' +
  'post-merge pre-push post-rewrite post-index-change reference-transaction pre-auto-gc'

const hooks = (body: string): string => `
  git branch other
  for hook in ${HOOKS}; do
    printf '#!/bin/sh\\necho %s >> ../../ran\\n${body}\\n' "$hook" > .git/hooks/$hook
    chmod +x .git/hooks/$hook
  done`

const OUR_AND_THEIR_CHANGES = `
  git switch -q -c theirs
  echo theirs > file.txt; echo theirs > other.txt; git commit -qam theirs
  git switch -q main
  echo ours > file.txt; echo ours > other.txt; git commit -qam ours`

const STATES: Record<string, string> = {
  clean: '',
  'staged work, changes, new files and a stash': `
    echo stashed > file.txt; git stash -q
    echo staged > file.txt; git add file.txt; echo more >> file.txt
    echo new > new.txt; git add new.txt; echo loose > loose.txt; git rm -q --cached other.txt`,
  'a merge with one of two conflicts resolved': `${OUR_AND_THEIR_CHANGES}
    git merge -q theirs || true
    echo both > file.txt; git add file.txt`,
  'a rebase in progress': `${OUR_AND_THEIR_CHANGES}
    git rebase -q theirs || true
    test -d .git/rebase-merge`,
  'a bisect': `
    for n in 1 2 3 4 5 6; do echo $n > other.txt; git commit -qam $n; done
    git bisect start -q HEAD HEAD~6`,
  'a detached HEAD': `echo 2 > file.txt; git commit -qam 2; git checkout -q --detach HEAD~1`,
  'an unborn branch': `rm -rf .git; git init -q -b main; git add file.txt`,
  'a held index.lock': `echo staged > new.txt; git add new.txt; echo held > .git/index.lock`,
  'hooks that fail': hooks('exit 1'),
  'hooks that hang': hooks('sleep 600'),
  'packed refs and an incident ignored by rule': `
    git tag v1; git pack-refs --all; printf '%s\\n' incidents/ '*.log' '*.jsonl' > .git/info/exclude`,
  'settings that would run programs or change bytes': `
    echo '#!/bin/sh' > ../evil; echo 'echo "$0" >> ../../ran; exit 1' >> ../evil; chmod +x ../evil
    evil=$(realpath ../evil); mkdir ../hooks; cp ../evil ../hooks/reference-transaction
    echo '* filter=evil text eol=crlf' > .git/info/attributes
    git config core.autocrlf true; git config core.hooksPath "$(realpath ../hooks)"
    git config filter.evil.clean "$evil"; git config filter.evil.smudge "$evil"
    git config core.fsmonitor "$evil"; git config core.sshCommand "$evil"; git config core.pager "$evil"
    git config core.editor "$evil"; git config gpg.program "$evil"; git config gpg.ssh.program "$evil"`,
}

describe('the whole job in a repository with', () => {
  it.each(Object.entries(STATES))('%s leaves it as it was', (_name, script) => {
    const where = place()
    sh(where, script)
    const before = userState(where)
    wholeJob(where)
    expect(userState(where)).toEqual(before)
    expect(existsSync(join(where.dir, '..', 'ran'))).toBe(false)
    expect(existsSync(join(where.dir, '..', '..', 'ran'))).toBe(false)
    rmSync(join(where.dir, '.git', 'index.lock'), { force: true })
    expectCommitted(where)
  })

  it('no user.name and an empty home commits in the name of the recorded actor', () => {
    const where = place()
    rmSync(where.env['GIT_CONFIG_GLOBAL'] ?? '')
    sh(where, 'git config user.useConfigOnly true')
    const before = userState(where)
    wholeJob(where)
    expect(userState(where)).toEqual(before)
    expectCommitted(where)
    const actor = eventsOf(where)[0]?.actor
    const author = git(where, 'log', '-1', '--format=%an %ae', `incident/${incidentOf(where)}`)
    expect(author).toBe(`${actor?.name} ${actor?.email}`)
  })
})

describe('while the incident branch is checked out', () => {
  const begun = (): { where: Place; branch: string } => {
    const where = place()
    expect(hotwash(where, ['run', 'r.yaml', '--yes']).code).toBe(0)
    return { where, branch: `incident/${incidentOf(where)}` }
  }

  it('here, commits pause, that is shown, and they go on when it is left', () => {
    const { where, branch } = begun()
    sh(where, `git switch -q ${branch}; echo wip > wip.txt; git add wip.txt; echo 2 >> file.txt`)
    const before = userState(where)
    const tip = git(where, 'rev-parse', branch)
    const run = hotwash(where, ['run', 'r.yaml', '--yes'])
    expect(run.code).toBe(0)
    expect(run.stdout + run.stderr).toMatch(/not committed/)
    expect(run.stdout + run.stderr).toContain(`${branch} is checked out`)
    expect(userState(where)).toEqual(before)
    expect(git(where, 'rev-parse', branch)).toBe(tip)

    sh(where, 'git stash -q; git switch -q main')
    expect(said(hotwash(where, ['note', 'back on main']))).toEqual([0, expect.any(String)])
    expect(said(hotwash(where, ['sync']))).toEqual([0, expect.any(String)])
    expectCommitted(where)
  })

  it('here, sync commits just the paths of the record', () => {
    const { where, branch } = begun()
    sh(where, `git switch -q ${branch}; echo wip > wip.txt; git add wip.txt; echo 2 >> file.txt`)
    expect(hotwash(where, ['run', 'r.yaml', '--yes']).code).toBe(0)
    expect(said(hotwash(where, ['sync']))).toEqual([0, expect.any(String)])
    expect(git(where, 'status', '--porcelain')).toBe(' M file.txt\nA  wip.txt')
    expect(git(where, 'symbolic-ref', 'HEAD')).toBe(`refs/heads/${branch}`)
    expect(git(where, 'log', '--format=', '--name-only', branch)).not.toContain('wip.txt')
    expectCommitted(where)
  })

  it('in a linked work tree, commits pause, that is shown, and they go on when it is gone', () => {
    const { where, branch } = begun()
    sh(where, `git worktree add -q ../linked ${branch}; echo wip > ../linked/wip.txt`)
    const before = userState(where)
    const run = hotwash(where, ['run', 'r.yaml', '--yes'])
    expect(run.code).toBe(0)
    expect(run.stdout + run.stderr).toContain('linked')
    expect(userState(where)).toEqual(before)
    expect(readdirSync(join(where.dir, '..', 'linked'))).toContain('wip.txt')

    sh(where, 'git worktree remove --force ../linked')
    expect(said(hotwash(where, ['sync']))).toEqual([0, expect.any(String)])
    expectCommitted(where)
  })

  it('runs from a linked work tree as from the main one, into one journal', () => {
    const where = place()
    sh(where, 'git worktree add -q ../linked -b feature')
    const linked: Place = { ...where, dir: join(where.dir, '..', 'linked') }
    const before = userState(where)
    wholeJob(linked)
    const changed = Object.entries(userState(where)).filter(([name, is]) => before[name] !== is)
    expect(changed).toEqual([])
    expect(git(linked, 'status', '--porcelain')).toBe('')
    expectCommitted(where)
  })
})

const ONE_BRANCH = 'git for-each-ref refs/heads/incident | grep -q .'
const MERGE = 'git merge -q -m early $(git for-each-ref --format="%(refname)" refs/heads/incident)'

describe('a run whose own steps', () => {
  it.each([
    ['checkout -f', 'git checkout -q -f other'],
    ['stash -u', 'git stash -q -u'],
    ['clean -fdx', 'git clean -q -fdx'],
    ['reset --hard', 'git reset -q --hard HEAD~1'],
    ['merge of an older copy of the record', `until ${ONE_BRANCH}; do sleep 0.1; done; ${MERGE}`],
    ['gc --prune=now', 'git gc -q --prune=now'],
  ])('do a git %s keeps its journal and commits all of it', (_what, command) => {
    const where = place({
      'r.yaml': `hotwash: 1
name: Outage
steps:
  - {id: one, run: echo one >> ../effects}
  - {id: tidy, run: ${JSON.stringify(command)}}
  - {id: two, run: echo two >> ../effects}
`,
    })
    sh(where, 'git commit -q --allow-empty -m second; git branch other; echo dirty >> file.txt')
    sh(where, 'echo new > new.txt')
    wholeJob(where)
    expectCommitted(where)
    const shown = json<{ runs: { status: string; steps: { status: string }[] }[] }>(
      hotwash(where, ['show', '--json']),
    )
    expect(shown.runs[0]?.status).toBe('succeeded')
    expect(shown.runs[0]?.steps.map(({ status }) => status)).toEqual(Array(3).fill('succeeded'))
    const subjects = git(where, 'log', '--format=%s', `incident/${incidentOf(where)}`)
    for (const step of ['one', 'tidy', 'two']) expect(subjects).toContain(`step ${step}: succeeded`)
  })
})
