import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { HotwashError } from '../../../src/errors.ts'
import { sha256 } from '../../../src/runbook/digest.ts'
import { renderPostmortem } from '../../../src/usecases/report/render-postmortem.ts'
import { showPostmortem } from '../../../src/usecases/report/show-postmortem.ts'
import { git, incidentOnDisk, isolateGit, type OnDisk } from '../../postmortem/incident-on-disk.ts'
import { wrongFix } from '../../postmortem/outage.ts'

beforeAll(isolateGit)

let made: OnDisk[] = []
afterEach(() => {
  for (const one of made) one.remove()
  made = []
})

const outageIn = async (options: { repository: boolean }): Promise<OnDisk> => {
  const one = await incidentOnDisk(wrongFix, options)
  made.push(one)
  return one
}

const draft = ({ world, journal }: OnDisk, template?: string) =>
  renderPostmortem(world, { incident: journal.incident, template })

const thrown = async (act: Promise<unknown>): Promise<HotwashError> => {
  const error = await act.then(
    () => undefined,
    (problem: unknown) => problem,
  )
  expect(error).toBeInstanceOf(HotwashError)
  return error as HotwashError
}

/** Everything of the user's that a draft must leave alone. */
const mine = (root: string): unknown => ({
  head: readFileSync(join(root, '.git', 'HEAD'), 'utf8'),
  tip: git(root, 'rev-parse', 'HEAD'),
  index: readFileSync(join(root, '.git', 'index')).toString('base64'),
  status: git(root, 'status', '--porcelain', '--ignored'),
  app: readFileSync(join(root, 'app.txt'), 'utf8'),
  stash: git(root, 'stash', 'list'),
})

describe('in a repository', () => {
  test('the draft is on the incident branch, and the user finds everything as it was', async () => {
    const one = await outageIn({ repository: true })
    writeFileSync(join(one.root, 'app.txt'), 'two\n')
    git(one.root, 'add', 'app.txt')
    writeFileSync(join(one.root, 'app.txt'), 'three\n')
    git(one.root, 'status')
    const before = mine(one.root)
    const drafted = await draft(one)
    expect(mine(one.root)).toEqual(before)
    expect(drafted.branch).toBe(`incident/${one.journal.incident}`)
    const text = git(one.root, 'show', `${drafted.branch}:${drafted.path}`)
    expect(sha256(text)).toBe(drafted.sha256)
    expect(text).toContain('was **rolled back**')
    // Only the report came with this commit; the staged work of the user did not.
    const touched = git(one.root, 'log', '--format=', '--name-only', `main..${drafted.branch}`)
    expect(
      touched.split('\n').filter((path) => path !== '' && !path.startsWith('incidents/')),
    ).toEqual([])
    git(one.root, 'fsck', '--strict')
  })

  test('footnotes name the commits that brought the events', async () => {
    const one = await outageIn({ repository: true })
    const { text } = await draft(one)
    const named = [...text.matchAll(/commit `([0-9a-f]{12})`/g)].map(([, commit]) => commit)
    expect(named.length).toBeGreaterThan(10)
    expect(text).not.toContain('no commit yet')
    const finished = /step `fix`, `step\.finished`.*commit `([0-9a-f]+)`/.exec(text)?.[1] ?? ''
    expect(git(one.root, 'log', '-1', '--format=%s', finished).trim()).toMatch(
      /^step fix: succeeded/,
    )
  })

  test('a second draft of the same record changes nothing at all', async () => {
    const one = await outageIn({ repository: true })
    const first = await draft(one)
    const tip = git(one.root, 'rev-parse', first.branch ?? '')
    const events = one.journal.events().length
    const second = await draft(one)
    expect(second.sha256).toBe(first.sha256)
    expect(git(one.root, 'rev-parse', first.branch ?? '')).toBe(tip)
    expect(one.journal.events()).toHaveLength(events)
  })

  test('a later event is in the next draft', async () => {
    const one = await outageIn({ repository: true })
    await draft(one)
    one.journal.append({ type: 'note.added', data: { text: 'customers confirm' } })
    expect((await draft(one)).text).toContain('Note: customers confirm')
  })

  test('a report that a person wrote anew stays theirs, and the sections that they deleted are named', async () => {
    const one = await outageIn({ repository: true })
    const { branch, path } = await draft(one)
    git(one.root, 'switch', '-q', branch ?? '')
    writeFileSync(join(one.root, path), 'written by people\n')
    git(one.root, 'commit', '-q', '-am', 'words')
    git(one.root, 'switch', '-q', 'main')
    one.journal.append({ type: 'note.added', data: { text: 'later' } })
    const { warnings, changed } = await draft(one)
    expect(changed).toBe(false)
    expect(warnings).toEqual([expect.stringMatching(/^deleted by people.*"Timeline"/)])
    expect((await showPostmortem(one.world, { incident: undefined })).text).toBe(
      'written by people\n',
    )
  })

  test('where the branch is checked out the file is written there and left for the person', async () => {
    const one = await outageIn({ repository: true })
    const { branch, path } = await draft(one)
    const linked = `${one.root}-linked`
    git(one.root, 'worktree', 'add', '-q', linked, branch ?? '')
    one.journal.append({ type: 'note.added', data: { text: 'later' } })
    const drafted = await draft(one)
    expect(drafted.file).toBe(join(linked, path))
    expect(readFileSync(join(linked, path), 'utf8')).toContain('Note: later')
    expect(git(linked, 'status', '--porcelain')).toBe(` M ${path}\n`)
    const words = readFileSync(join(linked, path), 'utf8').replace(
      '## Impact',
      'Nobody knew.\n\n## Impact',
    )
    writeFileSync(join(linked, path), words)
    one.journal.append({ type: 'note.added', data: { text: 'last of all' } })
    expect((await draft(one)).merged).toBe(true)
    const merged = readFileSync(join(linked, path), 'utf8')
    expect(merged).toContain('Nobody knew.\n\n## Impact')
    expect(merged).toContain('Note: last of all')
    expect(git(linked, 'status', '--porcelain')).toBe(` M ${path}\n`)
    git(one.root, 'worktree', 'remove', '--force', linked)
  })

  test('while the branch is being rebased nothing is written, and exit 5 says why', async () => {
    const one = await outageIn({ repository: true })
    const { branch } = await draft(one)
    const tip = git(one.root, 'rev-parse', branch ?? '')
    mkdirSync(join(one.root, '.git', 'rebase-merge'))
    writeFileSync(join(one.root, '.git', 'rebase-merge', 'head-name'), `refs/heads/${branch}\n`)
    one.journal.append({ type: 'note.added', data: { text: 'later' } })
    const error = await thrown(draft(one))
    expect([error.exitCode, error.message]).toEqual([
      5,
      `${branch} is in the middle of a rebase or a bisect`,
    ])
    expect(git(one.root, 'rev-parse', branch ?? '')).toBe(tip)
  })

  test("a linked work tree that was deleted is in nobody's way", async () => {
    const one = await outageIn({ repository: true })
    const { branch, path } = await draft(one)
    const linked = `${one.root}-deleted`
    git(one.root, 'worktree', 'add', '-q', linked, branch ?? '')
    rmSync(linked, { recursive: true })
    one.journal.append({ type: 'note.added', data: { text: 'later' } })
    expect((await draft(one)).file).toBeUndefined()
    expect(existsSync(linked)).toBe(false)
    expect(git(one.root, 'show', `${branch}:${path}`)).toContain('Note: later')
  })

  test('a template of the repository comes before a packaged one', async () => {
    const one = await outageIn({ repository: true })
    mkdirSync(join(one.root, 'templates', 'partials'), { recursive: true })
    writeFileSync(join(one.root, 'templates', 'brief.md.hbs'), '# {{title}}\n{{> who}}\n')
    writeFileSync(join(one.root, 'templates', 'partials', 'who.md.hbs'), 'By {{tool}}.\n')
    expect((await draft(one, 'brief')).text).toMatch(/^# Login fails.*\nBy hotwash [\d.]+\.\n$/)
  })

  test('the public template never takes the place of the report', async () => {
    const one = await outageIn({ repository: true })
    const { branch, path, sha256: digest } = await draft(one)
    const error = await thrown(draft(one, 'public'))
    expect([error.code, error.exitCode]).toEqual(['INVALID_TEMPLATE', 3])
    expect(error.hint).toContain('hotwash postmortem publish')
    expect(sha256(git(one.root, 'show', `${branch}:${path}`))).toBe(digest)
  })

  test('a broken template writes nothing, and leaves the draft that is there', async () => {
    const one = await outageIn({ repository: true })
    const { branch, path, sha256: digest } = await draft(one)
    mkdirSync(join(one.root, 'templates'))
    writeFileSync(join(one.root, 'templates', 'mine.md.hbs'), '# {{title}}\n\n{{titel}}\n')
    const error = await thrown(draft(one, 'mine'))
    expect([error.code, error.exitCode]).toEqual(['INVALID_TEMPLATE', 3])
    expect(error.message).toMatch(/^templates\/mine\.md\.hbs:3:3: /)
    expect(sha256(git(one.root, 'show', `${branch}:${path}`))).toBe(digest)
  })
})

describe('without a repository', () => {
  test('the report lies beside the log, and says nothing of commits', async () => {
    const one = await outageIn({ repository: false })
    const drafted = await draft(one)
    expect(drafted.branch).toBeNull()
    const file = join(one.root, drafted.path)
    expect(drafted.file).toBe(file)
    expect(existsSync(file)).toBe(true)
    expect(drafted.text).not.toContain('commit')
    writeFileSync(file, `${drafted.text}mine\n`)
    one.journal.append({ type: 'note.added', data: { text: 'later' } })
    expect((await draft(one)).merged).toBe(true)
    expect(readFileSync(file, 'utf8')).toMatch(/Note: later[^]*mine\n$/)
  })

  test('show without a draft says how to get one', async () => {
    const one = await outageIn({ repository: false })
    const error = await thrown(showPostmortem(one.world, { incident: undefined }))
    expect(error.hint).toContain('hotwash postmortem draft')
  })
})
