import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createFiles } from '../../../src/adapters/files.ts'
import { createPlain } from '../../../src/cli/plain.ts'
import { HotwashError } from '../../../src/errors.ts'
import type { Operator } from '../../../src/ports/operator.ts'
import { renderPostmortem, type Rendering } from '../../../src/usecases/report/render-postmortem.ts'
import { editPostmortem, type EditWorld } from '../../../src/usecases/report/edit-postmortem.ts'
import {
  copyOf,
  git,
  incidentOnDisk,
  isolateGit,
  type OnDisk,
} from '../../postmortem/incident-on-disk.ts'
import { goodFix } from '../../postmortem/outage.ts'

let one: OnDisk
let drafted: Rendering
let first: OnDisk
beforeAll(async () => {
  isolateGit()
  first = await incidentOnDisk(goodFix, { repository: true })
  drafted = await renderPostmortem(first.world, { incident: undefined })
})
afterAll(() => first.remove())
beforeEach(async () => {
  one = await copyOf(first)
})
afterEach(() => one.remove())

/** A terminal that is lent; the editor is a script, so that nobody has to type. */
const atTerminal: Operator = {
  ...createPlain(),
  interactive: true,
  lend: (use) => use(),
}

const edit = (editor: string | undefined, operator: Operator = atTerminal) => {
  const env = { ...one.world.process.env(), VISUAL: '', EDITOR: editor ?? '' }
  const world = {
    ...one.world,
    process: { ...one.world.process, env: () => env },
    operator,
    ports: { files: createFiles({ stateDir: join(one.root, '.git', 'state') }) },
  } as unknown as EditWorld
  return editPostmortem(world, { incident: undefined })
}

const script = (body: string): string => {
  const path = join(one.root, '.git', 'editor.sh')
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o755)
  return path
}

const refused = async (act: Promise<unknown>): Promise<HotwashError> => {
  const error = await act.then(
    () => undefined,
    (problem: unknown) => problem,
  )
  expect(error).toBeInstanceOf(HotwashError)
  return error as HotwashError
}

const onBranch = (): string => git(one.root, 'show', `${drafted.branch}:${drafted.path}`)

describe('editing the post-mortem', () => {
  test('puts what was written on the incident branch and leaves the work tree alone', async () => {
    const status = git(one.root, 'status', '--porcelain', '--branch')
    const done = await edit(script('printf "users: 40\\n" >> "$1"'))
    expect(done).toMatchObject({ changed: true, branch: drafted.branch, path: drafted.path })
    expect(onBranch()).toBe(`${drafted.text}users: 40\n`)
    expect(git(one.root, 'log', '-1', '--format=%an: %s', drafted.branch ?? '')).toMatch(
      /: post-mortem: edited by /,
    )
    expect(git(one.root, 'status', '--porcelain', '--branch')).toBe(status)
  })

  test('an editor may have arguments', async () => {
    const editor = script('[ "$1" = --wait ] && printf "x\\n" >> "$2"')
    expect((await edit(`${editor} --wait`)).changed).toBe(true)
  })

  test('the copy is private while it is open, and gone afterwards', async () => {
    const seen = join(one.root, '.git', 'seen')
    await edit(script(`ls -l "$1" > ${seen}; echo "$1" >> ${seen}`))
    const [listed = '', path = ''] = readFileSync(seen, 'utf8').split('\n')
    expect(listed).toMatch(/^-rw-------/)
    expect(existsSync(path)).toBe(false)
    expect(existsSync(dirname(path)) && readdirSync(dirname(path)).length > 0).toBe(false)
  })

  test('an editor that changes nothing makes no commit', async () => {
    const tip = git(one.root, 'rev-parse', drafted.branch ?? '')
    expect((await edit('true')).changed).toBe(false)
    expect(git(one.root, 'rev-parse', drafted.branch ?? '')).toBe(tip)
  })

  test('without an editor or a terminal it is exit 5, and says what to do', async () => {
    const none = await refused(edit(undefined))
    expect([none.exitCode, none.message]).toEqual([
      5,
      'no editor is set: neither VISUAL nor EDITOR',
    ])
    expect(none.hint).toContain('EDITOR=nano hotwash postmortem edit')
    const pipe = await refused(edit('true', { ...atTerminal, interactive: false }))
    expect(pipe.exitCode).toBe(5)
    expect(pipe.hint).toContain(drafted.path)
  })

  test('an editor that fails loses no word', async () => {
    const error = await refused(edit(script('printf "half\\n" > "$1"; exit 3')))
    expect(error.message).toContain('exit code 3')
    const kept = join(one.journal.dir, 'local', 'postmortem.edited.md')
    expect(error.hint).toContain(kept)
    expect(readFileSync(kept, 'utf8')).toBe('half\n')
    expect(statSync(kept).mode & 0o777).toBe(0o600)
    expect(onBranch()).toBe(drafted.text)
  })

  test('an empty text is not saved', async () => {
    expect((await refused(edit(script(': > "$1"')))).message).toContain('empty')
    expect(onBranch()).toBe(drafted.text)
  })

  test('somebody who was faster is not overwritten', async () => {
    const body = [
      `git -C ${one.root} worktree add -q ${one.root}/.git/wt ${drafted.branch}`,
      `printf "theirs\\n" > ${one.root}/.git/wt/${drafted.path}`,
      `git -C ${one.root}/.git/wt commit -q -am theirs`,
      `git -C ${one.root} worktree remove --force ${one.root}/.git/wt`,
      'printf "mine\\n" > "$1"',
    ]
    const error = await refused(edit(script(body.join('\n'))))
    expect([error.code, error.exitCode]).toEqual(['FOUND', 9])
    expect(onBranch()).toBe('theirs\n')
    expect(error.hint).toContain('postmortem.edited.md')
  })

  test('a draft after an edit keeps what was written, and adds what is new', async () => {
    await edit(script('printf "mine\\n" >> "$1"'))
    one.journal.append({ type: 'note.added', data: { text: 'later' } })
    const { merged, conflicts } = await renderPostmortem(one.world, { incident: undefined })
    expect([merged, conflicts]).toEqual([true, 0])
    expect(onBranch()).toMatch(/Note: later[^]*mine\n$/)
  })

  test('says which places still wait for words', async () => {
    const asked = drafted.text.match(/^<!-- to-write: /gm) ?? []
    const { to_write: left } = await edit(script('sed -i "/to-write: summary/d" "$1"'))
    expect(left).toHaveLength(asked.length - 1)
    expect(left).not.toContain('summary')
  })
})

describe('editing with a merge that waits', () => {
  const RESOLVE = `sed -i '/^<<<<<<< /d;/^||||||| /,/^=======$/d;/^>>>>>>> /d;/it was bad/d' "$1"`

  beforeEach(async () => {
    await edit(script(`sed -i 's/^| Severity .*/| Severity | it was bad |/' "$1"`))
    one.journal.append({ type: 'incident.updated', data: { severity: 'SEV4' } })
    expect((await renderPostmortem(one.world, { incident: undefined })).conflicts).toBe(1)
  })

  test('opens the text with both versions, and writes the report once it is resolved', async () => {
    const done = await edit(script(RESOLVE))
    expect(done).toMatchObject({ changed: true, conflicts: 0 })
    expect(onBranch()).toMatch(/^\| Severity +\| SEV4 /m)
    expect(onBranch()).not.toMatch(/it was bad|^[<>|=]{7}/m)
    expect(existsSync(join(one.journal.dir, 'local', 'postmortem.merge.md'))).toBe(false)
  })

  test('keeps what was done so far while a conflict is left, and goes on with it', async () => {
    const before = onBranch()
    const half = await edit(script('printf "and more\n" >> "$1"'))
    expect(half).toMatchObject({ changed: false, conflicts: 1 })
    expect(onBranch()).toBe(before)
    expect((await edit(script(RESOLVE))).conflicts).toBe(0)
    expect(onBranch()).toMatch(/and more\n$/)
  })
})
