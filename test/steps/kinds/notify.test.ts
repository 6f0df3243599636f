/** The kind notify, against receivers that answer as the real ones do. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { evaluateExpression } from '../../../src/runbook/expressions/expression.ts'
import { parseRunbook } from '../../../src/runbook/parse.ts'
import type { Outcome, StepContext } from '../../../src/steps/kind.ts'
import { notify } from '../../../src/steps/kinds/notify.ts'
import { KINDS } from '../../../src/steps/registry.ts'
import { ROUTING_KEY, SLACK_KEY, startReceivers, type Receivers } from '../../services/receivers.ts'
import { commandContext } from '../command-context.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotwash-notify-'))
let receivers: Receivers

beforeAll(async () => {
  receivers = await startReceivers()
})
afterAll(async () => {
  await receivers.stop()
  rmSync(folder, { recursive: true, force: true })
})
afterEach(() => {
  receivers.faults.length = 0
  receivers.told.length = 0
  rmSync(join(folder, 'state'), { recursive: true, force: true })
})

const SECRETS = { SLACK: SLACK_KEY, KEY: ROUTING_KEY, PASSWORD: 'correct-horse-battery' }

function contextOf(more: Partial<StepContext> = {}): StepContext {
  const context = commandContext(folder)
  for (const [name, value] of Object.entries(SECRETS)) context.redactor.add(name, value)
  return {
    ...context,
    incident: '2026-11-21-logins-fail',
    severity: 'SEV2',
    run: 'run-1-ab12',
    render: (template: { source: string }) => {
      const name = /secrets\.(\w+)/.exec(template.source)?.[1] ?? ''
      const found = evaluateExpression(
        `secrets.${name}`,
        { [`secrets.${name}`]: 'string' },
        { secrets: SECRETS },
      )
      if (!found.ok || found.value === undefined) throw new Error('there is none')
      return found.value
    },
    ...more,
  } as unknown as StepContext
}

const tell = (asked: object, context = contextOf()): Promise<Outcome> =>
  notify.run(notify.params.parse({ text: 'Logins fail', ...asked }) as never, context)

const slackUrl = () => `${receivers.base}/services/T1/B1/${SLACK_KEY}`
const pagerduty = (more: object = {}) => ({
  pagerduty: { routing_key: ROUTING_KEY, url: `${receivers.base}/v2/enqueue`, ...more },
})
const webhook = (more: object = {}) => ({ webhook: { url: `${receivers.base}/hook`, ...more } })

const keptFiles = (): string[] => {
  const notices = join(folder, 'state', 'notices')
  if (!existsSync(notices)) return []
  return readdirSync(notices, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(notices, name))
}

describe('a message', () => {
  test('goes to Slack with its own marks escaped', async () => {
    const outcome = await tell({ slack: { url: slackUrl() }, text: 'a < b & <!channel>' })
    expect(outcome.data).toMatchObject({ state: 'delivered', status: 200, tries: 1 })
    expect(receivers.told[0]?.body).toEqual({ text: 'a &lt; b &amp; &lt;!channel&gt;' })
  })

  test('opens, acknowledges and resolves one alert of PagerDuty', async () => {
    for (const action of ['trigger', 'acknowledge', 'resolve']) {
      expect((await tell(pagerduty({ action }))).data).toMatchObject({
        state: 'delivered',
        status: 202,
        dedup_key: 'hotwash/2026-11-21-logins-fail',
      })
    }
    const [opened, ...later] = receivers.told.map(({ body }) => body)
    expect(opened).toMatchObject({
      event_action: 'trigger',
      dedup_key: 'hotwash/2026-11-21-logins-fail',
      payload: { summary: 'Logins fail', severity: 'error' },
    })
    expect(later.map((body) => Object.keys(body).sort())).toEqual([
      ['dedup_key', 'event_action', 'routing_key'],
      ['dedup_key', 'event_action', 'routing_key'],
    ])
  })

  test.each([
    ['SEV1', 'critical'],
    ['SEV2', 'error'],
    ['SEV3', 'warning'],
    ['SEV5', 'info'],
    ['warning', 'warning'],
  ])('of severity %s is an alert of severity %s', async (severity, wanted) => {
    await tell({ ...pagerduty(), severity })
    expect(receivers.told[0]?.body).toMatchObject({ payload: { severity: wanted } })
  })

  test('goes to a webhook as it is asked for, or with what is known', async () => {
    await tell(webhook({ headers: { 'X-Token': SECRETS.PASSWORD } }))
    await tell(webhook({ json: { body: ['own', 1] } }))
    const [plain, own] = receivers.told
    expect(plain?.headers['x-token']).toBe(SECRETS.PASSWORD)
    expect(plain?.body).toMatchObject({
      text: 'Logins fail',
      severity: 'error',
      incident: '2026-11-21-logins-fail',
      run: 'run-1-ab12',
    })
    expect(own?.body).toEqual({ body: ['own', 1] })
  })

  test('holds no secret, and nothing that is kept of it does', async () => {
    const text = `the password is ${SECRETS.PASSWORD}`
    for (const place of [pagerduty(), webhook(), webhook({ json: { text } })]) {
      const outcome = await tell({ ...place, text })
      for (const value of Object.values(SECRETS)) {
        expect(JSON.stringify(outcome)).not.toContain(value)
      }
    }
    expect(JSON.stringify(receivers.told.map(({ body }) => body))).not.toContain(SECRETS.PASSWORD)
  })
})

describe('a receiver that fails', () => {
  test('is asked again after a while, as long as it asks for', async () => {
    receivers.faults.push({ status: 503 }, { status: 429, headers: { 'retry-after': '1' } })
    const outcome = await tell(webhook())
    expect(outcome.data).toMatchObject({ state: 'delivered', tries: 3 })
    expect(Number(outcome.data['duration_ms'])).toBeGreaterThanOrEqual(1_500)
  })

  test('that says where it was asked gives no part of a secret address away', async () => {
    const echo = createServer((request, response) => {
      response.statusCode = 404
      response.end(
        `Cannot POST ${request.url}, ${decodeURIComponent(request.url ?? '')}, ${String(request.headers['x-door'])}`,
      )
    }).listen(0, '127.0.0.1')
    await once(echo, 'listening')
    const { port } = echo.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/hooks/T1/key%2Fof-the-door?token=also-secret`
    const outcome = await tell({ webhook: { url, headers: { 'x-door': 'open-sesame' } } })
    echo.close()
    expect(outcome.notes?.[0]).toContain('it answered 404: Cannot POST …, …, …')
    expect(JSON.stringify(outcome)).not.toMatch(/of-the-door|also-secret|open-sesame/)
  })

  test('that says no is not asked again, and what it said is noted', async () => {
    const outcome = await tell({ slack: { url: `${receivers.base}/services/T1/B1/none` } })
    expect(outcome).toMatchObject({ ended: 'completed', data: { state: 'gave_up', tries: 1 } })
    expect(outcome.notes?.[0]).toContain('it answered 403: invalid_token')
    expect(keptFiles()).toEqual([])
  })

  test.each<[string, () => void]>([
    [
      'answers 500',
      () => receivers.faults.push(...Array.from({ length: 9 }, () => ({ status: 500 }))),
    ],
    [
      'asks for an hour',
      () => receivers.faults.push({ status: 429, headers: { 'retry-after': '3600' } }),
    ],
    ['does not answer', () => receivers.faults.push('hang')],
  ])('and %s never fails the step nor holds it up beyond its bound', async (_how, plant) => {
    plant()
    const began = performance.now()
    const outcome = await tell({ ...pagerduty(), within: '800ms' })
    expect(performance.now() - began).toBeLessThan(30_000)
    expect(outcome).toMatchObject({ ended: 'completed', data: { state: 'queued' } })
    const [kept = ''] = keptFiles()
    expect(statSync(kept).mode & 0o777).toBe(0o600)
    expect(readFileSync(kept, 'utf8')).toContain('[masked:KEY]')
    expect(readFileSync(kept, 'utf8')).not.toContain(ROUTING_KEY)
  })

  test('whose address holds a secret that is not declared is not kept', async () => {
    const context = contextOf()
    context.learnSecret('cookie sid', 'learned-during-the-run')
    receivers.faults.push({ status: 500 })
    const url = `${receivers.base}/hook/learned-during-the-run`
    const outcome = await tell({ webhook: { url }, within: '100ms' }, context)
    expect(outcome.data).toMatchObject({ state: 'gave_up' })
    expect(keptFiles()).toEqual([])
  })
})

describe('a runbook', () => {
  const issues = (step: string) => {
    const head = 'hotwash: 1\nname: x\nsecrets: {S: {env: S}}\nsteps:\n'
    const read = parseRunbook({
      text: `${head}  - {id: a, ${step}}\n`,
      path: 'x.yaml',
      kinds: KINDS,
    })
    return read.ok ? [] : read.issues.map(({ message }) => message)
  }

  test('may hold secrets where a message goes, and nowhere in what it says', () => {
    for (const place of [
      'slack: {url: "${{ secrets.S }}"}',
      'webhook: {url: "https://x.example.test/${{ secrets.S }}", headers: {a: "${{ secrets.S }}"}}',
      'pagerduty: {routing_key: "${{ secrets.S }}"}',
    ]) {
      expect(issues(`notify: {text: hi, ${place}}`)).toEqual([])
      expect(issues(`notify: {text: "hi \${{ secrets.S }}", ${place}}`).join()).toContain('secret')
    }
    const json = 'webhook: {url: "https://x.example.test/", json: {a: "${{ secrets.S }}"}}'
    expect(issues(`notify: {text: hi, ${json}}`).join()).toContain('secret')
  })

  test('repeats a notification after an interruption without asking, unless it says otherwise', () => {
    const idempotent = (more: string) => {
      const step = `{id: a, notify: {text: hi, webhook: {url: "https://x.example.test/"}}${more}}`
      const text = `hotwash: 1\nname: x\nsteps:\n  - ${step}\n`
      const read = parseRunbook({ text, path: 'x.yaml', kinds: KINDS })
      return read.ok && read.runbook.steps[0]?.idempotent
    }
    expect([idempotent(''), idempotent(', idempotent: false')]).toEqual([true, false])
  })

  test('names one receiver, a severity that there is, and an address', () => {
    expect(issues('notify: {text: hi}').join()).toContain('one of webhook, slack and pagerduty')
    const slack = 'slack: {url: "https://hooks.example.test/x"}'
    expect(
      issues(`notify: {text: hi, ${slack}, webhook: {url: "https://x.example.test"}}`),
    ).toHaveLength(1)
    expect(issues(`notify: {text: hi, severity: bad, ${slack}}`).join()).toContain('SEV1')
    expect(issues('notify: {text: hi, slack: {url: hooks.example.test}}').join()).toContain('http')
    expect(issues(`notify: {text: "", ${slack}}`)).toHaveLength(1)
  })
})

test('a plan names the receiver by its host only', () => {
  const plan = (asked: object) =>
    notify.plan(notify.params.parse({ text: 'Logins\nfail', ...asked }) as never, contextOf())
  expect(plan({ slack: { url: 'https://hooks.example.test/services/KEY' } })).toBe(
    'tells Slack at hooks.example.test: Logins fail',
  )
  expect(plan({ pagerduty: { routing_key: 'KEY', action: 'resolve' } })).toBe(
    'resolves an alert of PagerDuty: Logins fail',
  )
})

test('is no read, so that no plan sends it', async () => {
  const outcome = await tell(webhook(), contextOf({ effect: 'read' }))
  expect(outcome).toMatchObject({ ended: 'failed' })
  expect(receivers.told).toEqual([])
})
