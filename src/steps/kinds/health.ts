/** How well a system is: named checks at once, or what a service says of itself, rolled up. */
import type { Check } from '../../incident/event.ts'
import { durationInWords } from '../../incident/duration.ts'
import type { Value } from '../../incident/value.ts'
import { endedBy } from '../ended.ts'
import type { ActionKind, Outcome, PlanLook, StepContext } from '../kind.ts'
import { askEndpoint } from './health/ask-endpoint.ts'
import { checkHealth } from './health/check-health.ts'
import { params, type HealthParams } from './health/params.ts'
import type { CheckedHealth, Health } from './health/rating.ts'
import { hostOf, shown } from './http/request.ts'

export const health: ActionKind<typeof params> = {
  type: 'action',
  kind: 'health',
  summary: 'says whether a system is ok, degraded or down, by checks or by its health endpoint',
  params,
  example: `health:
  checks:
    database: {category: database, sql: {database: app, query: "select 1"}, slow: 500ms}
    auth: {category: auth, http: {url: "https://login.example.test/session"}, expect: status == 401}
    mail: {http: {url: "https://mail.example.test/healthz"}, critical: false, timeout: 3s}`,
  effect: 'read',
  outcome: { status: 'string', checks: 'map', failed: 'list', degraded: 'list', latency_ms: 'int' },
  shapes: {
    checks: `{NAME: {status, category, latency_ms, seen}}; status is ok, degraded or down`,
    failed: `names of those that are down`,
    degraded: `names of those that are degraded`,
  },
  expect: 'status == "ok"',
  defaultOutputs: { status: 'status', latency_ms: 'latency_ms' },
  timeoutMs: 120_000,
  plan: planOf,
  target: (asked, look) => (asked.url === undefined ? targetsOf(asked, look) : hostOf(asked.url)),
  run,
  signsOf: (_asked, { data }) => ({ text: failuresOf(data['checks']) }),
}

function targetsOf({ checks = {} }: HealthParams, look: PlanLook): string {
  const targets = Object.values(checks).map(({ body }) => look.targetOf(body))
  return [...new Set(targets)].filter((target) => target !== '').join(', ')
}

/** What was seen of all that is not ok. */
function failuresOf(checks: Value | undefined): string {
  const all = Object.entries((checks ?? {}) as Record<string, CheckedHealth>)
  const bad = all.filter(([, { status }]) => status !== 'ok')
  return bad.map(([name, { seen }]) => `${name}: ${seen}`).join('; ')
}

function planOf(asked: HealthParams, look: PlanLook): string {
  if (asked.url !== undefined) return `GET ${shown(asked.url)}, and read what it says of its health`
  return Object.entries(asked.checks ?? {})
    .map(([name, { body, critical, slow }]) => {
      const optional = critical ? '' : ', not critical'
      const limit = slow === undefined ? '' : `, slow beyond ${durationInWords(slow)}`
      return `${name}${optional}${limit}: ${look.planOf(body).replaceAll('\n', '\n    ')}`
    })
    .join('\n')
}

async function run(asked: HealthParams, context: StepContext): Promise<Outcome> {
  const { clock } = context.ports
  const began = clock.mono()
  const { url, checks = {} } = asked
  const seen =
    url === undefined
      ? await checkHealth(checks, context)
      : await askEndpoint({ ...asked, url }, context)
  if (context.signal.aborted) return { ended: endedBy(context.signal), data: {}, evidence: [] }
  const latencyMs = Math.round(clock.mono() - began)
  const names = (status: string): string[] =>
    Object.entries(seen.checks).flatMap(([name, one]) => (one.status === status ? [name] : []))
  const data = {
    status: seen.status,
    checks: Object.fromEntries(
      Object.entries(seen.checks).map(([name, one]) => [name, { ...one }]),
    ),
    failed: names('down'),
    degraded: names('degraded'),
    latency_ms: latencyMs,
  }
  return {
    ended: 'completed',
    data,
    checks: checksOf(seen),
    evidence: [
      { label: 'health', text: tableText(seen) },
      { label: 'health.json', text: `${JSON.stringify(data, null, 1)}\n` },
    ],
  }
}

const checksOf = ({ checks }: Health): Check[] =>
  Object.entries(checks).map(([name, { status, category, latency_ms, seen }]) => ({
    name,
    status: status === 'ok' ? 'passed' : 'failed',
    seen: status === 'ok' ? `ok in ${latency_ms} ms` : `${status}, ${category}: ${seen}`,
    wanted: 'ok',
  }))

function tableText({ status, checks }: Health): string {
  const rows = Object.entries(checks)
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.map(
    ([name, one]) =>
      `${one.status.padEnd(8)}  ${name.padEnd(width)}  ${one.category.padEnd(10)}  ${String(one.latency_ms).padStart(6)} ms  ${one.seen}`,
  )
  return [`${status} in all`, ...lines].join('\n')
}
