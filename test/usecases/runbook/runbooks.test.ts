import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HotwashError } from '../../../src/errors.ts'
import { KINDS } from '../../../src/steps/registry.ts'
import { findRunbook, loadRunbook } from '../../../src/usecases/runbook/find-runbook.ts'
import {
  findingsOf,
  lintRunbooks,
  lintSummary,
} from '../../../src/usecases/runbook/lint-runbook.ts'
import { listRunbooks, runbookLines } from '../../../src/usecases/runbook/list-runbooks.ts'
import { runbookText, showRunbook } from '../../../src/usecases/runbook/show-runbook.ts'

const GOOD = `hotwash: 1
name: Restart the service
owner: team
secrets: {TOKEN: {env_file: app.env, key: TOKEN}}
inputs: {unit: {type: string, default: login, description: Which unit}}
steps:
  - id: restart
    name: Restart it
    when: inputs.unit != ""
    run: [systemctl, restart, "\${{ inputs.unit }}"]
    env: {TOKEN: "\${{ secrets.TOKEN }}"}
    rollback: {run: [systemctl, stop, login]}
    verify: {http: {url: "http://127.0.0.1:1/healthz"}}
`
let root: string
let world: { root: string; cwd: string; packageRoot: string; kinds: typeof KINDS }

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hotwash-runbooks-'))
  const packageRoot = join(root, 'package')
  const cwd = join(root, 'sub')
  for (const folder of [join(root, 'runbooks'), join(packageRoot, 'runbooks'), cwd]) {
    await mkdir(folder, { recursive: true })
  }
  world = { root, cwd, packageRoot, kinds: KINDS }
  const put = (path: string, text: string | Uint8Array) => writeFile(join(root, path), text)
  await put('runbooks/restart.yaml', GOOD)
  await put('runbooks/broken.yml', GOOD.replace('verify', 'verfy'))
  await put('runbooks/latin1.yaml', Buffer.from('name: caf\xe9\n', 'latin1'))
  await put('package/runbooks/restart.yaml', GOOD.replace('the service', 'what is packaged'))
  await put('package/runbooks/packaged.yaml', GOOD.replace('owner: team\n', ''))
  await put('sub/here.yaml', `\uFEFF${GOOD}`)
  await put('sub/huge.yaml', '#'.repeat(4_100_000))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const failure = async (promise: Promise<unknown>): Promise<HotwashError> => {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown instanceof HotwashError) return thrown
  throw new Error(`expected a HotwashError, got ${String(thrown)}`)
}

describe('findRunbook', () => {
  it('takes a path relative to the current folder and names it by the root', async () => {
    expect(await findRunbook(world, 'here.yaml')).toMatchObject({
      path: 'sub/here.yaml',
      packaged: false,
    })
  })

  it('keeps the byte order mark, which belongs to the digest', async () => {
    expect((await findRunbook(world, 'here.yaml')).text.startsWith('\uFEFF')).toBe(true)
  })

  it('prefers the repository to what is packaged', async () => {
    expect((await findRunbook(world, 'restart')).path).toBe('runbooks/restart.yaml')
    expect(await findRunbook(world, 'packaged')).toMatchObject({ path: 'packaged', packaged: true })
  })

  it.each([
    ['restrat', 'did you mean restart?'],
    ['zzzzzz', 'known names: broken, latin1, restart, packaged'],
    ['./no/such.yaml', 'known names'],
    ['./runbooks', 'known names'],
  ])('says that there is no %s', async (name, hint) => {
    const error = await failure(findRunbook(world, name))
    expect(error.code).toBe('USAGE')
    expect(error.hint).toContain(hint)
  })

  it.each([
    ['latin1', 'the file is not UTF-8'],
    ['huge.yaml', 'at most 4,000,000 are read'],
  ])('refuses %s before it is parsed', async (name, why) => {
    const error = await failure(findRunbook(world, name))
    expect(error).toMatchObject({ code: 'INVALID_RUNBOOK', exitCode: 3 })
    expect(error.issues[0]?.message).toContain(why)
  })
})

describe('loadRunbook', () => {
  it('throws every problem with its place', async () => {
    const error = await failure(loadRunbook(world, 'broken'))
    expect(error).toMatchObject({ code: 'INVALID_RUNBOOK', exitCode: 3 })
    expect(error.issues).toMatchObject([
      {
        place: { file: 'runbooks/broken.yml', line: 13, column: 5 },
        hint: 'did you mean "verify"?',
      },
    ])
  })
})

describe('lintRunbooks', () => {
  it('reads all of ./runbooks, and one that is broken hides no other', async () => {
    const report = await lintRunbooks(world, [])
    expect(report.runbooks).toEqual(['runbooks/broken.yml', 'runbooks/restart.yaml'])
    expect(findingsOf(report.issues).map(({ rule, file, line }) => [rule, file, line])).toEqual([
      ['UNKNOWN_KEY', 'runbooks/broken.yml', 13],
      ['FILE', 'runbooks/latin1.yaml', 1],
    ])
    expect(lintSummary(report)).toBe('2 runbooks read: 2 errors, 0 warnings')
  })

  it('tells errors from warnings', async () => {
    expect(await lintRunbooks(world, ['restart'])).toMatchObject({ errors: 0, warnings: 0 })
    expect(await lintRunbooks(world, ['packaged'])).toMatchObject({ errors: 0, warnings: 1 })
  })

  it('says so when there is nothing to read', async () => {
    const empty = { ...world, root: join(root, 'sub') }
    expect((await failure(lintRunbooks(empty, []))).code).toBe('USAGE')
  })
})

describe('listRunbooks', () => {
  it('lists those that can be read, and warns of the others', async () => {
    const { runbooks, warnings } = await listRunbooks(world)
    expect(runbooks).toEqual([
      {
        path: 'runbooks/restart.yaml',
        name: 'Restart the service',
        owner: 'team',
        severity: null,
        steps: 1,
        packaged: false,
      },
      expect.objectContaining({ path: 'packaged', owner: null, packaged: true }),
    ])
    expect(warnings).toHaveLength(2)
    expect(warnings[0]).toContain('runbooks/broken.yml:13:5: unknown key "verfy"')
    expect(runbookLines(runbooks)).toContain('Restart the service (1 step, team)')
  })

  it('names a folder and a text in another encoding, which hide nothing', async () => {
    const packageRoot = join(root, 'package')
    const own = await mkdtemp(join(tmpdir(), 'hotwash-runbooks-'))
    await mkdir(join(own, 'runbooks', 'folder.yaml'), { recursive: true })
    await writeFile(join(own, 'runbooks', 'latin.yaml'), Buffer.from([0x6e, 0xe4, 0x0a]))
    const { runbooks, warnings } = await listRunbooks({
      ...world,
      root: own,
      cwd: own,
      packageRoot,
    })
    await rm(own, { recursive: true })
    expect(runbooks.map(({ path }) => path)).toContain('packaged')
    expect(warnings).toEqual([
      'runbooks/folder.yaml: it is a folder',
      'runbooks/latin.yaml: the file is not UTF-8; save it as UTF-8',
      ...warnings.slice(2),
    ])
  })
})

describe('showRunbook', () => {
  it('tells what it asks for and what each step does, and no value of a secret', async () => {
    const { shown } = await showRunbook(world, 'restart')
    expect(shown.steps).toMatchObject([
      { id: 'restart', kind: 'run', effect: 'change', undo: 'run', verify: true, check: false },
    ])
    const text = runbookText(shown)
    expect(text).toContain('unit: string, default "login" (Which unit)')
    expect(text).toContain('TOKEN: TOKEN in app.env')
    expect(text).toContain('run, CHANGES, undone by run, verified')
  })
})
