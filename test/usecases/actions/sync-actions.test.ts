import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HotwashError } from '../../../src/errors.ts'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import {
  syncActions,
  type Synced,
  type SyncRequest,
} from '../../../src/usecases/actions/sync-actions.ts'
import { syncLines } from '../../../src/usecases/actions/sync-lines.ts'
import type { Trackers as TrackerConfig } from '../../../src/usecases/config.ts'
import { openTrackers, TOKEN, type Trackers } from '../../services/trackers.ts'
import { reported, type Reported } from './reported.ts'

const HEAD = `actions:
  - {id: pool, title: Raise the pool, type: repair, owner: "@kim", priority: P1, due: 2026-12-24, done_when: {run: [npm, test], expect: exit_code == 0}}
  - {id: drill, title: "Hold a drill <b>", type: process, done_when: it was held}
`

let lab: Reported
let forge: Trackers
let env: Record<string, string>
let trackers: TrackerConfig
beforeEach(async () => {
  // Git has no part in it.
  lab = await reported(HEAD, { git: false })
  forge = await openTrackers()
  env = {
    HOTWASH_GITHUB_TOKEN: TOKEN,
    HOTWASH_GITLAB_TOKEN: TOKEN,
    HOTWASH_GITHUB_URL: forge.url,
    HOTWASH_GITLAB_URL: forge.url,
  }
  trackers = {
    github: { repo: 'acme/login', url: forge.url },
    gitlab: { project: 'acme/login', url: forge.url },
  }
})
afterEach(() => {
  lab.close()
  forge.close()
})

const sync = (more: Partial<SyncRequest> = {}): Promise<Synced> => {
  const world = recordWorldOf(lab.world)
  const process = { ...world.process, env: () => ({ ...world.process.env(), ...env }) }
  const config = { ...world.config, trackers }
  return syncActions(
    { ...world, process, config, http: lab.world.ports.http },
    { incident: undefined, to: 'github', plan: false, tokenFile: undefined, ...more },
  )
}

const did = ({ actions }: Synced): unknown[] => actions.map((one) => ('did' in one ? one.did : one))
const writes = (): string[] => forge.requests.filter((line) => !line.startsWith('GET'))
const synced = () => lab.events().filter(({ type }) => type === 'action.synced')
const close = (action = 'drill') =>
  lab.journal.append({ type: 'action.closed', data: { action, evidence: 'seen' } })
const fail = (action = 'drill') =>
  lab.journal.append({
    type: 'action.checked',
    data: { action, status: 'failed', preview: 'x', duration_ms: 1 },
  })

const refused = async (act: Promise<unknown>): Promise<HotwashError> => {
  const error = await act.then(
    () => undefined,
    (problem: unknown) => problem,
  )
  expect(error).toBeInstanceOf(HotwashError)
  return error as HotwashError
}

describe.each(['github', 'gitlab'] as const)('keeping issues in %s', (to) => {
  const run = (more: Partial<SyncRequest> = {}) => sync({ to, ...more })
  const create = to === 'github' ? 'POST /repos' : 'POST /api'

  test('one issue for each action, made once, with its mark, and on record', async () => {
    const first = await run()
    expect(did(first)).toEqual(['created', 'created'])
    expect(forge.issues).toMatchObject([
      { title: 'Raise the pool', labels: ['hotwash'], state: 'open' },
      { title: 'Hold a drill <b>' },
    ])
    const [pool] = forge.issues
    expect(pool?.body).toContain(`<!-- hotwash-action: ${lab.incident()}/pool -->`)
    expect(pool?.body).toContain('repair · P1 · owner `@kim` · due 2026-12-24')
    expect(pool?.body).toContain('run: npm test')
    expect(pool?.due).toBe(to === 'gitlab' ? '2026-12-24' : null)
    expect(synced().map(({ data }) => data)).toMatchObject([
      { action: 'pool', to, number: 1, state: 'open', url: expect.stringContaining('/1') },
      { action: 'drill', to, number: 2 },
    ])
    const before = writes().length
    expect(did(await run())).toEqual(['unchanged', 'unchanged'])
    expect(writes()).toHaveLength(before)
    expect(synced()).toHaveLength(2)
    expect(JSON.stringify([first, lab.events(), forge.requests])).not.toContain(TOKEN)
  })

  test('a lost answer makes no second issue: it is found by its mark', async () => {
    forge.next({ on: create, drop: 'after' })
    const lost = await run()
    expect(lost.trouble?.message).toContain('may have been done all the same')
    expect(synced()).toHaveLength(0)
    expect(forge.issues).toHaveLength(1)
    expect(did(await run())).toEqual(['unchanged', 'created'])
    expect(forge.issues).toHaveLength(2)
    expect(synced()).toHaveLength(2)
  })

  test('it is found without its label, too, behind a hundred others', async () => {
    const found = forge.add({
      title: 'x',
      body: `old\n<!-- hotwash-action: ${lab.incident()}/pool -->`,
    })
    for (let n = 0; n < 120; n += 1) forge.add({ labels: ['hotwash'], body: 'another' })
    forge.add({ body: `a <!-- hotwash-action: ${lab.incident()}/pools -->`, labels: ['hotwash'] })
    const { actions } = await run()
    expect(actions[0]).toMatchObject({ number: found.number, did: 'unchanged' })
    expect(actions[1]).toMatchObject({ did: 'created' })
  })

  test('an issue is closed when its action is done, opened when it is not, and told which way', async () => {
    await run()
    close()
    expect(did(await run())).toEqual(['unchanged', 'closed'])
    expect(forge.issues[1]).toMatchObject({
      state: 'closed',
      body: expect.stringContaining('Done 20'),
    })
    expect(forge.issues[1]?.reason).toBe(to === 'github' ? 'completed' : null)
    fail()
    expect(did(await run())).toEqual(['unchanged', 'reopened'])
    expect(forge.issues[1]?.state).toBe('open')
    expect(synced().at(-1)?.data).toMatchObject({ action: 'drill', state: 'open' })
  })

  test('what people open again stays open, and what they close stays closed', async () => {
    await run()
    close()
    await run()
    const [pool, drill] = forge.issues
    if (pool === undefined || drill === undefined) throw new Error('no issues')
    drill.state = 'open'
    pool.state = 'closed'
    const left = await run()
    expect(did(left)).toEqual(['left', 'left'])
    expect(syncLines(left, false).join('\n')).toMatch(/people closed it[^]*people opened it again/)
    expect([pool.state, drill.state]).toEqual(['closed', 'open'])
    expect(did(await run())).toEqual(['left', 'left'])
    const count = synced().length
    await run()
    expect(synced()).toHaveLength(count)
  })

  test('words of people around the block, and their title, survive an update', async () => {
    await run()
    const [pool] = forge.issues
    if (pool === undefined) throw new Error('no issue')
    pool.title = 'Our words'
    pool.body = `Before.\r\n${pool.body.replaceAll('\n', '\r\n')}\r\nAfter.`
    expect(did(await run())).toEqual(['unchanged', 'unchanged'])
    await lab.report(HEAD.replace('P1', 'P0'))
    expect(did(await run())).toEqual(['updated', 'unchanged'])
    expect(pool.title).toBe('Our words')
    expect(pool.body).toMatch(/^Before\.\r\n[^]*P0[^]*After\.$/)
  })

  test('a text that people took out is not put back', async () => {
    await run()
    const [pool] = forge.issues
    if (pool === undefined) throw new Error('no issue')
    pool.body = 'ours now'
    close('pool')
    const { actions } = await run()
    expect(actions).toContainEqual(expect.objectContaining({ id: 'pool', did: 'left', number: 1 }))
    expect(pool).toMatchObject({ body: 'ours now', state: 'open' })
    expect(forge.issues).toHaveLength(2)
  })

  test('what is done or declined before it has an issue gets none', async () => {
    close()
    await lab.report(HEAD.replace('due: 2026-12-24', 'declined: no money'))
    expect(did(await run())).toEqual(['none', 'none'])
    expect(forge.issues).toHaveLength(0)
  })

  test('--plan looks, and changes nothing', async () => {
    const planned = await run({ plan: true })
    expect(did(planned)).toEqual(['created', 'created'])
    expect(syncLines(planned, true).join('\n')).toContain('would be made')
    expect(writes()).toEqual([])
    expect(synced()).toEqual([])
  })

  test('trouble in the middle is told plainly, and what was done is kept', async () => {
    await run()
    await lab.report(HEAD.replace('P1', 'P0').replace('it was held', 'it was held twice'))
    const issue = to === 'github' ? '/repos/acme/login' : '/api/v4/projects/acme%2Flogin'
    const update = `${to === 'github' ? 'PATCH' : 'PUT'} ${issue}/issues/2`
    forge.next({ on: update, status: 502, body: { message: 'because' } })
    const done = await run()
    expect(did(done)).toEqual(['updated'])
    expect(done.trouble?.message).toMatch(/^drill: .* failed \(502\): because$/)
    expect(did(await run())).toEqual(['unchanged', 'updated'])
  })

  test('an issue that is refused does not keep the others back', async () => {
    forge.next({
      on: create,
      status: 422,
      body: { message: 'Validation Failed', errors: [{ field: 'title' }] },
    })
    const done = await run()
    expect(done.trouble?.message).toContain('Validation Failed')
    expect(did(done)).toEqual(['created'])
    expect(did(await run())).toEqual(['created', 'unchanged'])
  })

  test('a page of something else, and a broken connection, are told', async () => {
    forge.next({ on: 'GET', status: 200, body: '<html>sign in</html>' })
    expect((await run()).trouble?.message).toContain('something else than expected')
    forge.next({ on: 'GET', drop: 'before' })
    expect((await run()).trouble).toBeDefined()
    forge.close()
    expect((await run()).trouble?.message).toContain('cannot be asked')
  })
})

describe('where the token goes', () => {
  test('a server of the repository gets it only when the person agreed', async () => {
    env['HOTWASH_GITHUB_URL'] = ''
    const error = await refused(sync())
    expect(error).toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('HOTWASH_GITHUB_URL'),
    })
    expect(forge.requests).toEqual([])
  })

  test('never unencrypted', async () => {
    trackers = { github: { repo: 'acme/login', url: 'http://git.corp.test' } }
    env['HOTWASH_GITHUB_URL'] = 'http://git.corp.test/'
    expect((await refused(sync())).message).toContain('not encrypted')
  })

  test.each(['github', 'gitlab'] as const)(
    'another server gets nothing, wherever %s sends on to',
    async (to) => {
      const other = await openTrackers()
      const seen: string[] = []
      other.heard = (headers) => seen.push(JSON.stringify(headers))
      forge.next({ on: 'GET', status: 302, headers: { location: `${other.url}/api/v4/x` } })
      const { trouble } = await sync({ to })
      other.close()
      expect(trouble?.message).toContain('another server')
      expect(seen).toEqual([])
      expect(writes()).toEqual([])
    },
  )

  test('from a file that nobody else can read', async () => {
    env['HOTWASH_GITHUB_TOKEN'] = 'wrong'
    const file = join(lab.dir, 'token')
    writeFileSync(file, `${TOKEN}\n`)
    chmodSync(file, 0o644)
    expect(await refused(sync({ tokenFile: 'token' }))).toMatchObject({ code: 'SECRET' })
    chmodSync(file, 0o600)
    expect(did(await sync({ tokenFile: 'token' }))).toEqual(['created', 'created'])
    expect(await refused(sync({ tokenFile: 'none' }))).toMatchObject({ code: 'SECRET' })
  })

  test('a wrong token, none, and one with a line break', async () => {
    env['HOTWASH_GITHUB_TOKEN'] = 'wrong'
    expect((await sync()).trouble?.message).toContain('401')
    env['HOTWASH_GITHUB_TOKEN'] = ''
    expect(await refused(sync())).toMatchObject({ code: 'SECRET' })
    env['HOTWASH_GITHUB_TOKEN'] = 'one\ntwo'
    const error = await refused(sync())
    expect(error).toMatchObject({ code: 'SECRET' })
    expect(error.message).not.toContain('two')
  })

  test('a tracker that hotwash.yaml does not name', async () => {
    trackers = {}
    expect(await refused(sync())).toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('trackers'),
    })
  })
})

test('secrets do not reach the tracker', async () => {
  lab.world.redactor.add('DB', 'hunter-hunter-hunter')
  await lab.report(HEAD.replace('Raise the pool', 'Change hunter-hunter-hunter'))
  await sync()
  expect(forge.issues[0]).toMatchObject({ title: 'Change [masked:DB]' })
})

test('--to json is the list itself', async () => {
  const listed = await sync({ to: 'json' })
  expect(listed.where).toBeNull()
  expect(JSON.parse(syncLines(listed, false).join('\n'))).toMatchObject({
    incident: lab.incident(),
    actions: [{ id: 'pool', status: 'open', owner: '@kim' }, { id: 'drill' }],
  })
  expect(forge.requests).toEqual([])
})
