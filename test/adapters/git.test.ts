import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createGitPort } from '../../src/adapters/git.ts'
import { createProcessPort } from '../../src/adapters/process.ts'
import { findRepository } from '../../src/adapters/repository.ts'
import { GIT_ENV, makePlace } from '../record/place.ts'
import { endUnread, WORDS } from './end-unread.ts'

const portWith = (env: Record<string, string> = {}) =>
  createGitPort({ process: { ...createProcessPort(), env: () => ({ ...GIT_ENV, ...env }) } })

test('output, exit code and message of git come back, and nothing is thrown', async () => {
  const { root } = makePlace()
  const git = portWith()
  expect(await git.raw(root, ['rev-parse', '--abbrev-ref', 'HEAD'])).toEqual({
    ok: true,
    stdout: 'main\n',
  })
  expect(await git.raw(root, ['rev-parse', '--verify', 'nothing'])).toMatchObject({
    ok: false,
    exitCode: 128,
    stderr: expect.stringContaining('Needed a single revision'),
  })
  expect(await git.raw(root, ['diff-index', '--quiet', 'HEAD', '--', 'file.txt'])).toMatchObject({
    ok: true,
  })
  expect(await git.raw(join(root, 'nothing'), ['status'])).toMatchObject({
    ok: false,
    exitCode: undefined,
  })
})

test('standard input is given, and bytes come back as they are', async () => {
  const { root } = makePlace()
  const git = portWith()
  const bytes = Buffer.from([0, 255, 10, 13, 10, 254])
  const written = await git.raw(root, ['hash-object', '-w', '--stdin', '--no-filters'], {
    stdin: bytes,
  })
  if (!written.ok) throw new Error(written.stderr)
  const chunks: Uint8Array[] = []
  const read = await git.raw(root, ['cat-file', 'blob', written.stdout.trim()], {
    onStdout: (chunk) => chunks.push(Buffer.from(chunk)),
  })
  expect(read).toEqual({ ok: true, stdout: '' })
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
  expect(await git.raw(root, ['mktree'], { stdin: 'nonsense\n' })).toMatchObject({
    ok: false,
    exitCode: 128,
  })
})

test('a git that hangs is ended at its limit', async () => {
  const place = makePlace()
  const git = portWith()
  place.sh('mkfifo pipe')
  const result = await git.raw(place.root, ['hash-object', '--no-filters', 'pipe'], {
    timeoutMs: 300,
  })
  expect(result).toMatchObject({ ok: false })
  expect(
    await git.raw(place.root, ['hash-object', '--no-filters', 'pipe'], {
      stdin: '',
      timeoutMs: 300,
    }),
  ).toMatchObject({ ok: false, stderr: expect.stringContaining('300 ms') })
})

test.each([
  ['as one text', undefined],
  ['with something to read', { stdin: '' }],
])('%s, all that git said comes back, however busy the program is', async (_, options) => {
  const folder = mkdtempSync(join(tmpdir(), 'hotwash-git-'))
  writeFileSync(join(folder, 'git'), '#!/bin/sh\n. ./script\n', { mode: 0o755 })
  const git = portWith({ PATH: `${folder}:${process.env['PATH']}` })
  const result = await endUnread(createProcessPort(), {
    folder,
    start(script) {
      writeFileSync(join(folder, 'script'), script)
      return git.raw(folder, ['log'], options)
    },
  })
  expect(result).toEqual({ ok: true, stdout: WORDS })
})

test('variables of git in the environment lead nowhere else', async () => {
  const other = makePlace()
  const { root } = makePlace()
  const planted = join(root, 'PLANTED')
  const program = join(root, 'program')
  writeFileSync(program, `#!/bin/sh\ntouch ${planted}\n`)
  chmodSync(program, 0o755)
  const git = portWith({
    GIT_DIR: join(other.root, '.git'),
    GIT_WORK_TREE: other.root,
    GIT_INDEX_FILE: join(other.root, 'index'),
    GIT_SSH_COMMAND: program,
    GIT_EXTERNAL_DIFF: program,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.fsmonitor',
    GIT_CONFIG_VALUE_0: program,
    GIT_ASKPASS: program,
    PAGER: program,
    EDITOR: program,
  })
  expect(await git.raw(root, ['rev-parse', '--show-toplevel'])).toEqual({
    ok: true,
    stdout: `${root}\n`,
  })
  expect(await git.raw(root, ['rev-parse', '--git-dir'], { stdin: '' })).toEqual({
    ok: true,
    stdout: '.git\n',
  })
  await git.raw(root, ['status'])
  await git.raw(root, ['ls-remote', 'ssh://host.example.test/x'], { timeoutMs: 5_000 })
  expect(existsSync(planted)).toBe(false)
})

test('G08: the ext transport is refused', async () => {
  const { root } = makePlace()
  const result = await portWith().raw(root, ['ls-remote', `ext::sh -c "touch ${root}/PLANTED"`])
  expect(result).toMatchObject({
    ok: false,
    stderr: expect.stringContaining("transport 'ext' not allowed"),
  })
  expect(existsSync(join(root, 'PLANTED'))).toBe(false)
})

test('G09: work trees and submodules are found with their common folder; no repository is none', async () => {
  const place = makePlace()
  const git = portWith()
  expect(await findRepository(git, place.root, GIT_ENV)).toEqual({
    root: place.root,
    commonDir: join(place.root, '.git'),
  })
  place.sh('git worktree add -q ../$(basename $PWD)-wt')
  expect(await findRepository(git, `${place.root}-wt`, GIT_ENV)).toEqual({
    root: `${place.root}-wt`,
    commonDir: join(place.root, '.git'),
  })
  const inner = makePlace()
  place.sh(`git -c protocol.file.allow=always submodule add -q ${inner.root} sub`)
  expect(await findRepository(git, join(place.root, 'sub'), GIT_ENV)).toEqual({
    root: join(place.root, 'sub'),
    commonDir: join(place.root, '.git', 'modules', 'sub'),
  })
  expect(
    await findRepository(git, mkdtempSync(join(tmpdir(), 'hotwash-none-')), GIT_ENV),
  ).toBeUndefined()
})

test('G09: in a bare repository or a git folder it says where to go instead', async () => {
  const place = makePlace()
  const git = portWith()
  const bare = `${place.root}-bare.git`
  place.sh(`git clone -q --bare . ${bare}; git -C ${bare} worktree add -q ${bare}-wt`)
  mkdirSync(join(bare, 'deeper'))
  for (const cwd of [bare, join(bare, 'deeper'), join(bare, 'refs'), join(place.root, '.git')]) {
    await expect(findRepository(git, cwd, GIT_ENV)).rejects.toMatchObject({
      code: 'JOURNAL',
      exitCode: 8,
      message: expect.stringContaining('without a work tree'),
      hint: expect.stringContaining('git worktree add'),
    })
  }
  expect(await findRepository(git, `${bare}-wt`, GIT_ENV)).toEqual({
    root: `${bare}-wt`,
    commonDir: bare,
  })
})

test("G09: in another user's repository it names the repository to trust", async () => {
  const place = makePlace()
  // What git has for its own tests: every repository is somebody else's.
  const env = { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' }
  const asking = { raw: (at: string, args: readonly string[]) => portWith().raw(at, args, { env }) }
  const sub = join(place.root, 'sub')
  mkdirSync(sub)
  // The environment keeps the folders from being read without asking git.
  await expect(
    findRepository(asking, sub, { ...GIT_ENV, GIT_DIR: 'anywhere' }),
  ).rejects.toMatchObject({
    code: 'JOURNAL',
    exitCode: 8,
    message: expect.stringContaining('dubious ownership'),
    hint: expect.stringContaining(`safe.directory '${place.root}'`),
  })
})
