/** Asks a service for its own health and reads the answer, whichever of the common shapes it has. */
import { categoryOf } from '../../../incident/error-category.ts'
import type { StepContext } from '../../kind.ts'
import { hostOf, MAX_BODY_BYTES, toRequest } from '../http/request.ts'
import type { HealthParams } from './params.ts'
import { categoryOfPart, worst, type CheckedHealth, type Health } from './rating.ts'
import { readHealth } from './read-health.ts'
import { seenIn } from './seen.ts'

const MAX_CA_BYTES = 1_048_576
const LIMIT_MS = 30_000
/** What the endpoint itself is called among its parts. */
const ENDPOINT = 'endpoint'

export async function askEndpoint(
  asked: HealthParams & { url: string },
  context: StepContext,
): Promise<Health> {
  const { http: port, files, clock } = context.ports
  const seen = seenIn(context)
  const { url, headers, redirects, tls } = asked
  const ca = tls === undefined ? undefined : await files.readText(tls.ca, MAX_CA_BYTES)
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(LIMIT_MS)])
  const began = clock.mono()
  const request = { method: 'GET' as const, url, headers, redirects: redirects ?? 0 }
  const sent = await port.send(toRequest(request, { signal, jar: port.newJar(), ca }))
  const latencyMs = Math.round(clock.mono() - began)
  if (!sent.ok) {
    const { code, message } = sent.failure
    const told = categoryOf({ text: message, code })
    const category = told === 'unknown' ? 'dependency' : told
    const words = signal.aborted
      ? `${hostOf(url)}: no answer within ${LIMIT_MS / 1_000} s`
      : message
    const endpoint = { status: 'down', category, latency_ms: latencyMs, seen: seen(words) } as const
    return { status: 'down', checks: { [ENDPOINT]: endpoint } }
  }
  const { status, body } = sent.response
  const own = readHealth({ status, body: body.slice(0, MAX_BODY_BYTES) })
  const isSlow = asked.slow !== undefined && latencyMs > asked.slow
  const rated = isSlow ? worst([own.status, 'degraded']) : own.status
  const endpoint: CheckedHealth = {
    status: rated,
    category: own.status === 'ok' ? 'dependency' : categoryOf({ text: own.says, status }),
    latency_ms: latencyMs,
    seen: seen(isSlow ? `${own.says}; slower than ${asked.slow} ms` : own.says),
  }
  const parts = [...own.parts].map(([name, part]): [string, CheckedHealth] => [
    seen(name),
    {
      status: part.status,
      category: categoryOfPart(name, part.says),
      latency_ms: part.latencyMs ?? 0,
      seen: seen(part.says),
    },
  ])
  return { status: rated, checks: Object.fromEntries([[ENDPOINT, endpoint], ...parts]) }
}
