import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createGitPort } from '../../../src/adapters/git.ts'
import { createProcessPort } from '../../../src/adapters/process.ts'
import type { GitPort } from '../../../src/ports/git.ts'
import { commitFile, readFileOnBranch } from '../../../src/record/git/commit-file.ts'
import { GitTrouble } from '../../../src/record/git/incident-branch.ts'
import { MARIA } from '../../events.ts'
import { git, isolateGit } from '../../postmortem/incident-on-disk.ts'

beforeAll(isolateGit)

const REF = 'refs/heads/incident/x'
const PATH = 'incidents/2026/x/postmortem.md'
const port = createGitPort({ process: createProcessPort() })

let root: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'hotwash-commit-')))
  git(root, 'init', '-q', '-b', 'main')
  writeFileSync(join(root, 'app.txt'), 'one\n')
  git(root, 'add', '.')
  git(root, 'commit', '-q', '-m', 'first')
  git(root, 'branch', 'incident/x')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const where = (through: GitPort = port) => ({
  git: through,
  repository: { root, commonDir: join(root, '.git') },
})

const put = (text: string, replaces: string | undefined, through?: GitPort) =>
  commitFile({
    ...where(through),
    ref: REF,
    path: PATH,
    text,
    replaces,
    message: 'post-mortem: test\n',
    actor: MARIA,
  })

const subjects = (): string[] => git(root, 'log', '--format=%s', 'incident/x').trim().split('\n')

/** Lets `act` happen once, just before the ref is moved. */
const racing = (act: () => void): GitPort => {
  let raced = false
  return {
    raw(cwd, args, options) {
      if (args[0] === 'update-ref' && !raced) {
        raced = true
        act()
      }
      return port.raw(cwd, args, options)
    },
  }
}

/** What another writer does to the branch. */
const others = (path: string, text: string): void => {
  const linked = join(root, '.git', 'linked')
  git(root, 'worktree', 'add', '-q', linked, 'incident/x')
  writeFileSync(join(linked, 'note.txt'), text)
  git(
    linked,
    'update-index',
    '--add',
    '--cacheinfo',
    `100644,${git(linked, 'hash-object', '-w', 'note.txt').trim()},${path}`,
  )
  git(linked, 'commit', '-q', '-m', 'theirs')
  git(root, 'worktree', 'remove', '--force', linked)
}

describe('a file put on a branch', () => {
  test('has exactly these bytes, the actor as its author, and nothing else in its commit', async () => {
    writeFileSync(join(root, '.gitattributes'), '*.md text eol=crlf filter=evil\n')
    git(root, 'config', 'core.autocrlf', 'true')
    git(root, 'config', 'filter.evil.clean', 'echo owned')
    const text = 'a\r\nb\n\u00e9 no newline at the end'
    const done = await put(text, undefined)
    expect(done.is).toBe('committed')
    expect((await readFileOnBranch(where(), REF, PATH))?.text).toBe(text)
    expect(git(root, 'log', '-1', '--format=%an <%ae>', '--name-only', 'incident/x')).toBe(
      `Maria Example <maria@example.test>\n\n${PATH}\n`,
    )
    git(root, 'fsck', '--strict')
  })

  test('takes nothing of what the user has staged, and works while their index is locked', async () => {
    writeFileSync(join(root, 'app.txt'), 'staged\n')
    git(root, 'add', 'app.txt')
    writeFileSync(join(root, '.git', 'index.lock'), '')
    const index = readFileSync(join(root, '.git', 'index'))
    const folder = readdirSync(join(root, '.git')).sort()
    await put('report\n', undefined)
    expect(readFileSync(join(root, '.git', 'index'))).toEqual(index)
    expect(readdirSync(join(root, '.git')).sort()).toEqual(folder)
    expect(git(root, 'show', 'incident/x:app.txt')).toBe('one\n')
  })

  test('the same text again makes no commit', async () => {
    await put('report\n', undefined)
    const there = await readFileOnBranch(where(), REF, PATH)
    await put('report\n', there?.blob)
    expect(subjects()).toEqual(['post-mortem: test', 'first'])
  })

  test('a tip that moved meanwhile is read again: both commits are there', async () => {
    const done = await put(
      'report\n',
      undefined,
      racing(() => others('incidents/2026/x/log/a.jsonl', 'line\n')),
    )
    expect(done.is).toBe('committed')
    expect(subjects()).toEqual(['post-mortem: test', 'theirs', 'first'])
    expect(git(root, 'show', 'incident/x:incidents/2026/x/log/a.jsonl')).toBe('line\n')
  })

  test('a file that somebody wrote meanwhile is not replaced', async () => {
    const done = await put(
      'report\n',
      undefined,
      racing(() => others(PATH, 'theirs\n')),
    )
    expect(done.is).toBe('changed')
    expect(git(root, 'show', `incident/x:${PATH}`)).toBe('theirs\n')
    expect((await put('report\n', undefined)).is).toBe('changed')
  })

  test('a branch that is not there is trouble, not a new branch', async () => {
    git(root, 'branch', '-D', 'incident/x')
    await expect(put('report\n', undefined)).rejects.toBeInstanceOf(GitTrouble)
    expect(git(root, 'branch', '--list', 'incident/*')).toBe('')
    expect(await readFileOnBranch(where(), REF, PATH)).toBeUndefined()
  })

  test('a ref that stays locked is trouble after a bounded number of tries', async () => {
    const lock = join(root, '.git', 'refs', 'heads', 'incident', 'x.lock')
    writeFileSync(lock, '')
    await expect(put('report\n', undefined)).rejects.toBeInstanceOf(GitTrouble)
    rmSync(lock)
    expect(subjects()).toEqual(['first'])
  })
})
