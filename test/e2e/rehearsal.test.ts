/**
 * Drills on a real PostgreSQL and a real HTTP service: forward and all the way back, nothing touched
 * but what is declared, and nothing of it mistaken for an incident.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshPlace, hotwash, json, startHotwash, type Ended, type Place } from '../hotwash.ts'
import { hasPostgres, startPostgres, type TestPostgres } from '../postgres.ts'

const BOOK = `hotwash: 1
name: Empty the session table
owner: team-identity
inputs:
  base: {type: string, required: true}
secrets:
  DATABASE_URL: {env: DATABASE_URL}
databases:
  app: {url: "\${{ secrets.DATABASE_URL }}"}
steps:
  - id: backup
    backup: {database: app}
  - id: hook
    sql: {database: app, query: select url from hooks}
    outputs: {url: "rows[0].url"}
  - id: close
    http: {method: POST, url: "\${{ steps.hook.outputs.url }}/closed"}
    check: {http: {url: "\${{ inputs.base }}/closed"}, expect: body == "yes"}
    rollback: {http: {method: POST, url: "\${{ steps.hook.outputs.url }}/open"}}
  - id: wipe
    sql: {database: app, query: delete from sessions}
    effect: destroy
    rollback: {restore: {from: steps.backup, database: app, into: same}}
  - id: validate
    sql: {database: app, query: select count(*) n from sessions}
    expect: rows[0].n == 0
always:
  - id: after
    sql: {database: app, query: select count(*) n from sessions}
    outputs: {sessions: "rows[0].n"}
`

type Service = { base: string; hits: string[]; opens: boolean; server: Server }

/** A site that can be closed for maintenance, and cannot be opened again while \`opens\` is false. */
async function startService(): Promise<Service> {
  const service: Partial<Service> & Pick<Service, 'hits' | 'opens'> = { hits: [], opens: true }
  let closed = false
  const server = createServer((request, response) => {
    service.hits.push(`${request.method} ${request.url}`)
    if (request.method === 'POST' && request.url === '/closed') closed = true
    if (request.method === 'POST' && request.url === '/open') {
      if (service.opens) closed = false
      else response.writeHead(503)
    }
    response.end(closed ? 'yes' : 'no')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return Object.assign(service, { base, server })
}

type Report = {
  incident: string
  status: string
  exit_code: number
  error?: { message: string }
  undo: { step: string; status: string; reason?: string }[]
  steps: { id: string; outputs?: Record<string, unknown> }[]
}
type Drill = {
  previous: string | null
  steps: { step: string; forward_ms: number; undo_ms: number | null; previous: object | null }[]
}

describe.skipIf(!hasPostgres())('a rehearsal', () => {
  let postgres: TestPostgres
  let drillUrl: string
  let liveUrl: string
  let service: Service
  let other: Service
  let place: Place

  const fill = async (url: string, hook: string): Promise<void> => {
    await postgres.sql(
      `drop table if exists sessions, hooks; create table sessions (id int primary key);
       insert into sessions select generate_series(1, 40);
       create table hooks (url text); insert into hooks values ('${hook}');
       alter table sessions owner to app; alter table hooks owner to app`,
      url,
    )
  }
  const asAdmin = (name: string): string => postgres.adminUrl.replace(/\/postgres$/, `/${name}`)
  const sessions = async (name: string): Promise<unknown> =>
    (await postgres.sql('select count(*)::int n from sessions', asAdmin(name)))[0]?.['n']

  const start = (args: readonly string[], url = drillUrl): Promise<Ended> =>
    startHotwash({ ...place, env: { ...place.env, DATABASE_URL: url } }, args).ended
  const rehearse = (more: readonly string[] = [], url = drillUrl): Promise<Ended> =>
    start(['run', 'book.yaml', '--rehearse', ...more], url)

  beforeAll(async () => {
    postgres = await startPostgres()
    drillUrl = await postgres.createDatabase('drill')
    liveUrl = await postgres.createDatabase('live')
  })
  afterAll(() => postgres?.stop())

  beforeEach(async () => {
    service = await startService()
    other = await startService()
    await fill(asAdmin('drill'), service.base)
    await fill(asAdmin('live'), other.base)
    place = freshPlace({
      files: {
        'book.yaml': BOOK,
        'hotwash.yaml': `rehearsal:
  databases: ["127.0.0.1:${postgres.port}/drill"]
  urls: ["${service.base}"]
  inputs: {base: "${service.base}"}
`,
      },
    })
  })
  afterEach(() => {
    service.server.close()
    other.server.close()
  })

  it('goes forward and all the way back, is a drill in every listing, and is compared', async () => {
    const warned = hotwash(place, ['runbook', 'lint', 'book.yaml'])
    expect([warned.code, warned.stdout]).toEqual([
      9,
      expect.stringContaining('the rollback of step wipe (restore) was never rehearsed'),
    ])
    expect(warned.stdout).toContain('hotwash run book.yaml --rehearse')

    const first = await rehearse(['--yes', '--json'])
    const report = json<Report>(first)
    expect([first.code, report.status]).toEqual([0, 'succeeded'])
    expect(report.undo.map(({ step, status }) => `${step} ${status}`)).toEqual([
      'wipe succeeded',
      'close succeeded',
    ])
    expect(report.steps.find(({ id }) => id === 'after')?.outputs).toEqual({
      row_count: 1,
      sessions: 40,
    })
    expect(await sessions('drill')).toBe(40)
    // Asked before, done, and then asked after the undo whether it is really gone.
    expect(service.hits).toEqual(['GET /closed', 'POST /closed', 'POST /open', 'GET /closed'])

    expect(hotwash(place, ['runbook', 'lint', 'book.yaml'])).toMatchObject({ code: 0 })
    expect(hotwash(place, ['list']).stdout).toContain('DRILL  Drill: Empty the session table')
    expect(hotwash(place, ['status']).stdout).toContain('RESOLVED  DRILL')
    expect(hotwash(place, ['audit', 'verify', report.incident])).toMatchObject({ code: 0 })
    expect(hotwash(place, ['note', 'no incident is open'])).toMatchObject({ code: 2 })
    expect(hotwash(place, ['postmortem', 'draft']).code).toBe(0)
    expect(hotwash(place, ['postmortem', 'show']).stdout).toContain('None: this was a drill.')

    const second = await rehearse(['--yes'])
    expect(second.code).toBe(0)
    expect(second.stdout.trimEnd()).toMatch(/next: hotwash show \S+-2$/)
    const shown = json<{ drill: Drill; incident: { drill: boolean } }>(
      hotwash(place, ['show', '--json']),
    )
    expect(shown.incident.drill).toBe(true)
    expect(shown.drill.previous).toBe(report.incident)
    expect(shown.drill.steps.find(({ step }) => step === 'wipe')).toMatchObject({
      forward_ms: expect.any(Number),
      undo_ms: expect.any(Number),
      previous: { forward_ms: expect.any(Number), undo_ms: expect.any(Number) },
    })
    const text = hotwash(place, ['show']).stdout
    expect(text).toMatch(/ {2}wipe +\S.* \(was .*\) +\S.* \(was .*\)/)
    expect(other.hits).toEqual([])
    expect(await sessions('live')).toBe(40)
  })

  it('refuses everything that is not declared, at once and before step 1', async () => {
    const base = ['-i', `base=${other.base}`]
    const refused = await rehearse([...base, '--yes', '--json'], liveUrl)
    expect(refused.code).toBe(3)
    const { error } = json<{ error: { code: string; message: string } }>(refused)
    expect(error.code).toBe('REHEARSAL')
    expect(error.message).toContain(`database 127.0.0.1:${postgres.port}/live (database app`)
    expect(error.message).toContain(`url ${other.base} (check of close`)
    expect(other.hits).toEqual([])
    expect(await sessions('live')).toBe(40)
    expect(json(hotwash(place, ['list', '--json']))).toMatchObject({ incidents: [] })
  })

  it('turns round where a late template gives a url that is not declared', async () => {
    await fill(asAdmin('drill'), other.base)
    const ended = await rehearse(['--yes', '--json'])
    const report = json<Report>(ended)
    expect([ended.code, report.status]).toEqual([4, 'rolled_back'])
    expect(report.error?.message).toContain(`url ${other.base} is not declared`)
    expect(other.hits).toEqual([])
    expect(await sessions('drill')).toBe(40)
  })

  it('names the undo that failed, and undoes the rest when it is mended', async () => {
    service.opens = false
    const ended = await rehearse(['--yes', '--json'])
    const report = json<Report>(ended)
    expect([ended.code, report.status]).toEqual([4, 'stopped'])
    expect(report.error?.message).toContain('the undo of close failed')
    expect(report.undo.map(({ step, status }) => `${step} ${status}`)).toEqual([
      'wipe succeeded',
      'close failed',
    ])
    service.opens = true
    const again = await start(['rollback', report.incident, '--yes', '--json'])
    expect([again.code, json<Report>(again).status]).toEqual([0, 'rolled_back'])
  })

  it('joins no incident, and no run joins it', async () => {
    expect(
      hotwash(place, ['declare', 'Sessions are stale', '--severity', 'SEV2', '--json']).code,
    ).toBe(0)
    const joining = await rehearse(['--yes', '--incident', 'x'])
    expect([joining.code, joining.stderr]).toEqual([2, expect.stringContaining('--incident')])
    expect((await rehearse(['--yes'])).code).toBe(0)
    const status = json<{ incident: { title: string; drill: boolean } }>(
      hotwash(place, ['status', '--json']),
    )
    expect(status.incident).toMatchObject({ title: 'Sessions are stale', drill: false })
  })

  it('waits for a person unless --yes confirms what destroys, and counts lint in one line', async () => {
    writeFileSync(join(place.dir, 'book.yaml'), BOOK.replace('owner: team-identity\n', ''))
    const waiting = await rehearse()
    expect(waiting.code).toBe(5)
    expect(await sessions('drill')).toBe(40)
    expect(waiting.stderr).toContain(
      'warning: the runbook has 1 lint warning: hotwash runbook lint book.yaml',
    )
    expect(waiting.stderr).not.toContain('nobody owns')
    const resumed = await start(['resume', '--yes', '--json'])
    expect([resumed.code, json<Report>(resumed).status]).toEqual([0, 'succeeded'])
    expect(await sessions('drill')).toBe(40)
  })
})
