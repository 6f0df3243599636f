/**
 * Looks at all of a system's health at once. A check that hangs ends at its own limit, and no other
 * one waits for it.
 */
import type { Value } from '../../../incident/value.ts'
import { discardEvidence } from '../../discard-evidence.ts'
import type { Prepared, Probed, StepContext } from '../../kind.ts'
import type { HealthCheck } from './params.ts'
import {
  categoryOfPart,
  STATUSES,
  worst,
  type CheckedHealth,
  type Health,
  type Status,
} from './rating.ts'
import { seenIn } from './seen.ts'

/** Of a check that states no `timeout`. */
const LIMIT_MS = 10_000
const AT_ONCE = 16

export async function checkHealth(
  checks: Readonly<Record<string, HealthCheck>>,
  context: StepContext,
): Promise<Health> {
  const found = new Map<string, CheckedHealth>()
  const waiting = Object.entries(checks)[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (const [name, check] of waiting) found.set(name, await look(name, check, context))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  // In the order of the runbook, not of the answers.
  const ordered = Object.keys(checks).map((name): [string, CheckedHealth] => [
    name,
    found.get(name) as CheckedHealth,
  ])
  const status = worst(ordered.map(([, checked]) => checked.status))
  return { status, checks: Object.fromEntries(ordered) }
}

async function look(
  name: string,
  check: HealthCheck,
  context: StepContext,
): Promise<CheckedHealth> {
  const { clock } = context.ports
  const seen = seenIn(context)
  const made = context.prepare(check.body, { timeoutMs: LIMIT_MS })
  if (!made.ok) {
    const category = check.category ?? 'config'
    return { status: failing(check), category, latency_ms: 0, seen: seen(made.reason) }
  }
  const began = clock.mono()
  const probed = await made.prepared.once(context.signal)
  const latencyMs = Math.round(clock.mono() - began)
  discardEvidence(probed.outcome)
  const rated = rate(check, { name, probed, prepared: made.prepared })
  const isSlow = rated.status === 'ok' && check.slow !== undefined && latencyMs > check.slow
  const slowly = isSlow ? `; slower than ${check.slow} ms` : ''
  return {
    status: isSlow ? 'degraded' : rated.status,
    category: rated.category,
    latency_ms: latencyMs,
    seen: seen(rated.seen + slowly),
  }
}

/** Without a check that is critical, a system still does its work. */
const failing = ({ critical }: HealthCheck): Status => (critical ? 'down' : 'degraded')

type Rated = Pick<CheckedHealth, 'status' | 'category' | 'seen'>

function rate(
  check: HealthCheck,
  { name, probed, prepared }: { name: string; probed: Probed; prepared: Prepared },
): Rated {
  const { kind } = prepared.body
  if (probed.is === 'met') {
    const category = check.category ?? categoryOfPart(`${name} ${PART_OF[kind] ?? ''}`, '')
    const within = statusIn(probed)
    const status = within === 'down' ? failing(check) : within
    return { status, category, seen: answerOf(probed) }
  }
  const error = prepared.errorOf(probed)
  const isError = probed.is === 'error'
  const byName = categoryOfPart(`${name} ${PART_OF[kind] ?? ''}`, error.shape)
  const told = error.category === 'unknown' ? byName : error.category
  // What does not answer at all is a dependency that is missing, whatever was asked of it.
  const category = check.category ?? (isError && told === 'unknown' ? 'dependency' : told)
  return {
    status: failing(check),
    category,
    seen: [answerOf(probed), error.shape].filter(Boolean).join(': '),
  }
}

const PART_OF: Readonly<Record<string, string>> = {
  sql: 'database',
  schema: 'database',
  login: 'login',
  config: 'config',
}

/** A health check within a health check tells how well it is. */
function statusIn({ outcome }: Probed): Status {
  const { status } = outcome.data
  return STATUSES.find((one) => one === status) ?? 'ok'
}

/** What kinds call their answers; values of rows and bodies are not quoted. */
function answerOf({ outcome }: Probed): string {
  if (outcome.ended === 'timed_out') return 'no answer within its limit'
  if (outcome.ended !== 'completed') return ''
  const { data } = outcome
  const answers: [string, Value | undefined][] = [
    ['HTTP', typeof data['status'] === 'number' ? data['status'] : undefined],
    ['exit code', data['exit_code']],
    ['rows:', data['row_count']],
    ['health', typeof data['status'] === 'string' ? data['status'] : undefined],
    ['logins', data['logins_ok']],
  ]
  const answer = answers.find(([, value]) => value !== undefined)
  return answer === undefined ? 'as expected' : `${answer[0]} ${JSON.stringify(answer[1])}`
}
