import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { buildRecordWorld } from '../../../src/cli/build-record-world.ts'
import { HotwashError } from '../../../src/errors.ts'
import { marksOf } from '../../../src/incident/marks.ts'
import { parseFrontMatter } from '../../../src/postmortem/front-matter/parse-front-matter.ts'
import { sha256 } from '../../../src/runbook/digest.ts'
import { diffPostmortem } from '../../../src/usecases/report/diff-postmortem.ts'
import { placeOfReport } from '../../../src/usecases/report/report-place.ts'
import { keepRendered } from '../../../src/usecases/report/report-base.ts'
import type { ReportWorld } from '../../../src/usecases/report/report-text.ts'
import { renderPostmortem } from '../../../src/usecases/report/render-postmortem.ts'
import { verifyRecord } from '../../../src/usecases/audit/verify-record.ts'
import {
  copyOf,
  git,
  incidentOnDisk,
  isolateGit,
  type OnDisk,
} from '../../postmortem/incident-on-disk.ts'
import { goodFix } from '../../postmortem/outage.ts'
import { publishNow } from '../../../src/usecases/publish-now.ts'

const PACKAGE_ROOT = join(import.meta.dirname, '..', '..', '..')

let made: OnDisk[] = []
afterEach(() => {
  for (const one of made) one.remove()
  made = []
})

/** Recorded and committed, once for all tests: each has a copy. */
let committed: OnDisk
beforeAll(async () => {
  isolateGit()
  committed = await incidentOnDisk(goodFix, { repository: true })
  await publishNow(committed.world, committed.journal)
})
afterAll(() => committed.remove())

const outage = async ({ repository } = { repository: true }): Promise<OnDisk> => {
  const one = repository ? await copyOf(committed) : await incidentOnDisk(goodFix, { repository })
  made.push(one)
  return one
}

const render = ({ world, journal }: OnDisk, template?: string) =>
  renderPostmortem(world, { incident: journal.incident, template })

const diff = ({ world, journal }: OnDisk) => diffPostmortem(world, { incident: journal.incident })

const note = ({ journal }: OnDisk, text: string): void => {
  journal.append({ type: 'note.added', data: { text } })
}

const report = async ({ world, journal }: OnDisk): Promise<string> =>
  (await (await placeOfReport(world, journal)).read()) ?? ''

/** As a person does it who has the branch checked out somewhere. */
const rewrite = async (one: OnDisk, change: (text: string) => string): Promise<string> => {
  const place = await placeOfReport(one.world, one.journal)
  const was = await place.read()
  const text = change(was ?? '')
  expect(text).not.toBe(was)
  expect(await place.write({ text, was, message: 'words\n' })).toBe(true)
  return text
}

const thrown = async (act: Promise<unknown>): Promise<HotwashError> => {
  const error = await act.then(
    () => undefined,
    (problem: unknown) => problem,
  )
  expect(error).toBeInstanceOf(HotwashError)
  return error as HotwashError
}

test('a report that was emptied is no report: it is written again', async () => {
  const one = await outage()
  const { text } = await render(one)
  await rewrite(one, () => '\n')
  expect(await diff(one)).toMatchObject({ changed: true, merged: false, conflicts: 0 })
  expect(await render(one)).toMatchObject({ changed: true, merged: false })
  expect(await report(one)).toBe(text)
})

const SUMMARY = /> \*\*To write:\*\* [^\n]*\n<!-- to-write: summary -->/

describe('rendering again', () => {
  test('keeps words, adds facts, and keeps what it rendered as the base of the next time', async () => {
    const one = await outage()
    await render(one)
    await rewrite(one, (text) => text.replace(SUMMARY, 'Nobody could log in.'))
    note(one, 'the bank called')
    const rendering = await render(one)
    expect(rendering).toMatchObject({ merged: true, conflicts: 0, changed: true, warnings: [] })
    const text = await report(one)
    expect(sha256(text)).toBe(rendering.sha256)
    expect(text).toContain('Nobody could log in.')
    expect(text).toContain('Note: the bank called')
    const event = one.world.store.open(one.journal.incident).events().at(-1)
    if (event?.type !== 'postmortem.rendered') throw new Error('no event')
    expect(event.data.merged).toBe(sha256(text))
    const base = one.journal.readEvidence(event.data.sha256) ?? ''
    expect(sha256(base)).toBe(event.data.sha256)
    expect(event.data.evidence?.map((kept) => kept.sha256)).toEqual([event.data.sha256])
    expect(base).toContain('Note: the bank called')
    expect(base).not.toContain('Nobody could log in.')
    expect((await render(one)).changed).toBe(false)
    expect((await diff(one)).changed).toBe(false)
  })

  test('prints what the head says now, and leaves the YAML of a person alone', async () => {
    const one = await outage({ repository: false })
    await render(one)
    const yaml = 'impact:\n  numbers:\n    users: 40 # counted by hand'
    await rewrite(one, (text) => text.replace(/^impact: null.*$/m, yaml))
    const { conflicts } = await render(one)
    const text = await report(one)
    expect(conflicts).toBe(0)
    expect(text).toContain(yaml)
    expect(text).toMatch(/\| Users +\| 40 +\|/)
    expect(parseFrontMatter(text, 'postmortem.md').issues).toEqual([])
    await rewrite(one, (now) =>
      now.replace('users: 40 # counted by hand', 'users: 41 # counted again'),
    )
    await render(one)
    expect(await report(one)).toMatch(/\| Users +\| 41 +\|/)
  })

  test('an event that a person cites has a footnote, as long as they cite it', async () => {
    const one = await outage()
    await render(one, 'brief')
    const drafted = await report(one)
    const mark = [...marksOf(one.journal.events()).values()].find(
      (each) => !drafted.includes(`[^${each}]`),
    )
    const words = `The pool was full by then.[^${mark}]`
    await rewrite(one, (text) => text.replace('\n[^e', `\n${words}\n\n[^e`))
    expect((await diff(one)).changed).toBe(true)
    expect((await render(one)).conflicts).toBe(0)
    const cited = await report(one)
    expect(cited).toContain(words)
    expect(cited.match(/^\[\^e\d+\w*\]: /gm)).toContain(`[^${mark}]: `)
    expect((await diff(one)).changed).toBe(false)
    expect((await render(one)).changed).toBe(false)
    await rewrite(one, (text) => text.replace(`${words}\n\n`, ''))
    await render(one)
    expect(await report(one)).not.toContain(`[^${mark}]`)
  })

  test('uses the template that was used last', async () => {
    const one = await outage({ repository: false })
    await render(one, 'brief')
    note(one, 'later')
    expect((await render(one)).template).toBe('brief')
  })

  test('an unedited report becomes exactly what the template makes, in any template', async () => {
    const one = await outage({ repository: false })
    await render(one)
    const { merged, sha256: digest } = await render(one, 'brief')
    const event = one.world.store.open(one.journal.incident).events().at(-1)
    expect(merged).toBe(false)
    expect(event?.data).toMatchObject({ template: 'brief', sha256: digest })
    expect(event?.data).not.toHaveProperty('merged')
  })

  test('a report that a person deleted is written anew', async () => {
    const one = await outage({ repository: false })
    const { file = '', text } = await render(one)
    rmSync(file)
    expect(await diff(one)).toMatchObject({ changed: true, sha256: null })
    expect((await render(one)).text).toBe(text)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  test('somebody who commits between reading and writing is merged with, too', async () => {
    const one = await outage()
    await render(one)
    await rewrite(one, (text) => text.replace(SUMMARY, 'Nobody could log in.'))
    note(one, 'later')
    let meanwhile = 0
    const raw: ReportWorld['git']['raw'] = async (cwd, args, options) => {
      if (args[0] === 'hash-object' && meanwhile === 0) {
        meanwhile += 1
        await rewrite(one, (text) => text.replace('## Impact', '## Who was hit'))
      }
      return one.world.git.raw(cwd, args, options)
    }
    await renderPostmortem({ ...one.world, git: { raw } }, { incident: undefined })
    const text = await report(one)
    expect(meanwhile).toBe(1)
    for (const words of ['Nobody could log in.', '## Who was hit', 'Note: later'])
      expect(text).toContain(words)
    expect((await diff(one)).changed).toBe(false)
  })

  test('a render that was cut off before it could be recorded loses nothing, and is no conflict later', async () => {
    const one = await outage({ repository: false })
    const { file = '' } = await render(one)
    writeFileSync(file, readFileSync(file, 'utf8').replace(SUMMARY, 'Nobody could log in.'))
    one.journal.append({ type: 'incident.updated', data: { severity: 'SEV4' } })
    const { store } = one.world
    const broken: ReportWorld['store'] = {
      ...store,
      open: (id) => ({
        ...store.open(id),
        append: () => {
          throw new HotwashError('JOURNAL', 'the disk is full')
        },
      }),
    }
    const world = { ...one.world, store: broken }
    const error = await thrown(renderPostmortem(world, { incident: undefined }))
    expect(error.message).toBe('the disk is full')
    expect(readFileSync(file, 'utf8')).toMatch(/Nobody could log in[^]*\| Severity +\| SEV4/)
    expect(await render(one)).toMatchObject({ changed: false, conflicts: 0 })
    one.journal.append({ type: 'incident.updated', data: { severity: 'SEV3' } })
    expect(await render(one)).toMatchObject({ changed: true, conflicts: 0 })
    expect(readFileSync(file, 'utf8')).toMatch(/Nobody could log in[^]*\| Severity +\| SEV3/)
  })

  test('a secret that a person wrote down does not go on into git', async () => {
    const one = await outage({ repository: false })
    const { file = '' } = await render(one)
    one.world.redactor.add('API_KEY', 'sk-hunter2-hunter2')
    writeFileSync(file, `${readFileSync(file, 'utf8')}\nThe key was sk-hunter2-hunter2.\n`)
    note(one, 'later')
    await render(one)
    expect(readFileSync(file, 'utf8')).not.toContain('hunter2')
    expect(readFileSync(file, 'utf8')).toContain('The key was ')
  })
})

describe('what is not merged', () => {
  test('a head with a mistake: exit 3 at its place, and nothing changed', async () => {
    const one = await outage({ repository: false })
    await render(one)
    const text = await rewrite(one, (was) => was.replace(/^impact: null/m, 'impakt: null'))
    note(one, 'later')
    for (const act of [render, diff]) {
      const error = await thrown(act(one))
      const line = text.split('\n').findIndex((one_) => one_.startsWith('impakt')) + 1
      expect([error.code, error.exitCode]).toEqual(['INVALID_REPORT', 3])
      expect(error.issues[0]?.place).toMatchObject({ line, column: 1 })
    }
    expect(await report(one)).toBe(text)
  })

  test('a text that is not UTF-8, on the branch or in a file', async () => {
    const one = await outage({ repository: false })
    const { file = '' } = await render(one)
    writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from([0xe9, 0x0a])]))
    expect((await thrown(render(one))).message).toContain('is not text in UTF-8')
    const other = await outage()
    const { branch, path } = await render(other)
    const blob = join(other.root, '.git', 'latin')
    writeFileSync(blob, Buffer.from([0xe9, 0x0a]))
    git(other.root, 'switch', '-q', branch ?? '')
    cpSync(blob, join(other.root, path))
    git(other.root, 'commit', '-q', '-am', 'latin')
    git(other.root, 'switch', '-q', 'main')
    expect((await thrown(render(other))).exitCode).toBe(3)
  })

  test('a text with the markers of an unfinished merge is refused with the line', async () => {
    const one = await outage({ repository: false })
    await render(one)
    const markers = '<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> main\n'
    const text = await rewrite(one, (was) => was.replace('## Impact\n', `## Impact\n\n${markers}`))
    const line = text.split('\n').indexOf('<<<<<<< HEAD') + 1
    const error = await thrown(render(one))
    expect([error.code, error.exitCode]).toEqual(['INVALID_REPORT', 3])
    expect(error.message).toContain(`postmortem.md:${line}:1: a conflict is not resolved yet`)
  })

  test('more than evidence may hold is written, and not kept in part', () => {
    const journal = { putEvidence: () => expect.fail('kept') } as unknown as OnDisk['journal']
    expect(keepRendered(journal, 'x'.repeat((8 << 20) + 1), (text) => text)).toBeUndefined()
    expect(keepRendered(journal, 'secret', (text) => `${text}*`)).toBeUndefined()
  })
})

describe('a conflict', () => {
  const both = async (): Promise<{ one: OnDisk; text: string; file: string }> => {
    const one = await outage({ repository: false })
    await render(one)
    const text = await rewrite(one, (was) =>
      was.replace(/^\| Severity .*$/m, '| Severity | it was bad |'),
    )
    one.journal.append({ type: 'incident.updated', data: { severity: 'SEV4' } })
    const { conflicts, changed, resolveIn = '' } = await render(one)
    expect([conflicts, changed]).toEqual([1, false])
    return { one, text, file: resolveIn }
  }

  test('overwrites nothing: the text with markers waits beside the journal', async () => {
    const { one, text, file } = await both()
    expect(await report(one)).toBe(text)
    expect(file).toBe(join(one.journal.dir, 'local', 'postmortem.merge.md'))
    expect(readFileSync(file, 'utf8')).toMatch(
      /^<<<<<<< yours\n\| Severity +\| it was bad +\|\n\|{7} the last render\n/m,
    )
    const shown = await diff(one)
    expect([shown.conflicts, shown.changed]).toEqual([1, true])
    expect(shown.diff).toContain('+<<<<<<< yours')
    // Nobody has touched it: it is made anew, with what is new.
    note(one, 'meanwhile')
    expect((await render(one)).conflicts).toBe(1)
    expect(readFileSync(file, 'utf8')).toContain('Note: meanwhile')
  })

  test('that is resolved in that file is taken by the next render, with what came since', async () => {
    const { one, file } = await both()
    const marked = readFileSync(file, 'utf8')
    writeFileSync(file, marked.replace('| it was bad', '| it was very bad'))
    const error = await thrown(render(one))
    expect([error.exitCode, error.message]).toEqual([
      9,
      expect.stringMatching(/postmortem\.merge\.md:\d+:1: a conflict is not resolved yet/),
    ])
    writeFileSync(
      file,
      marked.replace(/^<{7}[^]*?^={7}\n|^>{7}.*\n/gm, '').replace('## Impact', '## Hit'),
    )
    note(one, 'since then')
    expect(await render(one)).toMatchObject({ merged: true, conflicts: 0, changed: true })
    const text = await report(one)
    expect(text).toMatch(/\| Severity +\| SEV4/)
    for (const words of ['## Hit', 'Note: since then']) expect(text).toContain(words)
    expect(text).not.toMatch(/it was bad|<{7}/)
    expect(existsSync(file)).toBe(false)
    expect((await diff(one)).changed).toBe(false)
  })

  test('in which a person keeps what they wrote is settled, and does not come back', async () => {
    const { one, text, file } = await both()
    const mine = /^<{7}.*\n|^\|{7} [^]*?^>{7}.*\n/gm
    writeFileSync(file, readFileSync(file, 'utf8').replace(mine, ''))
    await render(one)
    expect(await report(one)).toContain('| it was bad')
    writeFileSync(file, text)
    note(one, 'later')
    expect((await render(one)).conflicts).toBe(0)
    expect(await report(one)).toMatch(/it was bad[^]*Note: later/)
  })

  test('that was being resolved while the report was changed is set aside, not lost', async () => {
    const { one, file } = await both()
    const words = readFileSync(file, 'utf8').replace('## Impact', '## My half of it')
    writeFileSync(file, words)
    await rewrite(one, (was) => was.replace(SUMMARY, 'Somebody wrote this.'))
    const { warnings, conflicts } = await render(one)
    expect(conflicts).toBe(1)
    const aside = /what you resolved is in (.*)$/.exec(warnings.join())?.[1] ?? ''
    expect(aside).toContain(join(one.journal.dir, 'local'))
    expect(readFileSync(aside, 'utf8')).toBe(words)
    expect(readFileSync(file, 'utf8')).toContain('Somebody wrote this.')
  })
})

describe('the base', () => {
  test('that somebody changed is found by audit verify, and never merged with', async () => {
    const one = await outage({ repository: false })
    const { file = '', sha256: digest } = await render(one)
    writeFileSync(file, readFileSync(file, 'utf8').replace(SUMMARY, 'Nobody could log in.'))
    note(one, 'later')
    const found = async (): Promise<string[]> => {
      const [verified] = await verifyRecord(one.world, one.journal.incident)
      return (verified?.problems ?? []).map(({ code, path }) => `${code} ${path ?? ''}`)
    }
    const before = await found()
    const kept = join(one.journal.dir, 'evidence', digest)
    writeFileSync(kept, readFileSync(kept, 'utf8').replace('## Timeline', '## Time'))
    expect((await found()).filter((one_) => !before.includes(one_))).toEqual([
      `digest evidence/${digest}`,
    ])
    const was = readFileSync(file, 'utf8')
    expect((await render(one)).conflicts).toBeGreaterThan(0)
    expect(readFileSync(file, 'utf8')).toBe(was)
  })

  test('that a first version did not keep: unedited is known by its digest, else a person decides', async () => {
    const one = await outage({ repository: false })
    const { file = '', path } = await render(one)
    const old = readFileSync(file, 'utf8').replace('## Impact', '## Impact of old')
    const data = { path, template: 'google-sre', sha256: sha256(old) }
    const other = await outage({ repository: false })
    const place = join(
      other.root,
      other.world.store.recordPath(other.journal.incident),
      'postmortem.md',
    )
    other.journal.append({ type: 'postmortem.rendered', data })
    writeFileSync(place, old)
    expect(await render(other)).toMatchObject({ merged: false, conflicts: 0, changed: true })
    const third = await outage({ repository: false })
    third.journal.append({ type: 'postmortem.rendered', data })
    writeFileSync(place.replace(other.root, third.root), `${old}\nMy words.\n`)
    const { conflicts, text } = await render(third)
    expect(conflicts).toBeGreaterThan(0)
    expect(text).toContain('<<<<<<< yours\n## Impact of old\n')
    expect(text).toContain('My words.')
  })
})

describe('a check without the live journal', () => {
  const worldOf = async (root: string): Promise<ReportWorld> => ({
    ...(await buildRecordWorld(root)),
    packageRoot: PACKAGE_ROOT,
  })

  /** A report with a person's words in it, as it is pushed for review. */
  const pushed = async (): Promise<{ one: OnDisk; branch: string; path: string; id: string }> => {
    const one = await outage()
    const { branch, path } = await render(one)
    await rewrite(one, (text) => text.replace(SUMMARY, 'Nobody could log in.'))
    note(one, 'the bank called')
    await render(one)
    return { one, branch: branch ?? '', path, id: one.journal.incident }
  }

  const check = async (root: string, id: string) =>
    diffPostmortem(await worldOf(root), { incident: id })

  test('holds in clones of the branch, whole and shallow, of a merge, of a squashed one, and in a bare folder', async () => {
    const { one, branch, path, id } = await pushed()
    const clone = (name: string, ...args: string[]): string => {
      const to = `${one.root}-${name}`
      git(one.root, 'clone', '-q', ...args, `file://${one.root}`, to)
      made.push({ ...one, remove: () => rmSync(to, { recursive: true, force: true }) })
      return to
    }
    const places = {
      branch: clone('branch', '-b', branch),
      shallow: clone('shallow', '-b', branch, '--depth', '1'),
      detached: clone('detached', '-b', branch),
      merged: clone('merged'),
      squashed: clone('squashed'),
    }
    git(places.detached, 'switch', '-q', '--detach')
    git(places.merged, 'merge', '-q', '--no-ff', `origin/${branch}`)
    git(places.squashed, 'merge', '-q', '--squash', `origin/${branch}`)
    git(places.squashed, 'commit', '-q', '-m', 'squashed')
    const bare = `${one.root}-bare`
    made.push({ ...one, remove: () => rmSync(bare, { recursive: true, force: true }) })
    cpSync(join(places.merged, 'incidents'), join(bare, 'incidents'), { recursive: true })
    for (const [name, root] of Object.entries({ ...places, bare })) {
      const { changed, diff: shown } = await check(root, id)
      expect([name, changed, shown]).toEqual([name, false, ''])
      const file = join(root, path)
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace('Note: the bank called', 'Note: nobody called'),
      )
      // A row that a person changed is theirs; a row that is missing in the base is not.
      expect((await check(root, id)).changed).toBe(false)
    }
    for (const root of Object.values(places))
      expect(git(root, 'status', '--porcelain')).toBe(` M ${path}\n`)
    const error = await thrown(renderPostmortem(await worldOf(places.merged), { incident: id }))
    expect(error.message).toContain('not continued here')
  })

  test('says what is missing, and writes nothing', async () => {
    const { one, id } = await pushed()
    note(one, 'not rendered yet')
    const tip = git(one.root, 'for-each-ref')
    const events = one.journal.events().length
    const { changed, diff: shown } = await check(one.root, id)
    expect(changed).toBe(true)
    expect(shown).toMatch(/^\+\| .*Note: not rendered yet/m)
    expect(shown).not.toMatch(/^[-+].*Note: the bank called/m)
    expect(git(one.root, 'for-each-ref')).toBe(tip)
    expect(one.journal.events()).toHaveLength(events)
  })
})
