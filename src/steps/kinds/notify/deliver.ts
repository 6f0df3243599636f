/** One try to deliver a message, and what its receiver said. */
import { clip, visibleLine } from '../../../incident/visible.ts'
import type { HttpPort, HttpResponse } from '../../../ports/http.ts'
import { withoutOwn } from './without-own.ts'
import type { Message } from './message.ts'

const MAX_ANSWER_BYTES = 65_536
const MAX_SAID_CHARS = 200
/** What a receiver may ask us to wait; then it is tried anyhow. */
const MAX_WAIT_MS = 3_600_000

export type Delivery =
  | { is: 'delivered'; status: number }
  /** It may work later. `afterMs`: what the receiver asked for. */
  | { is: 'later'; why: string; status: number | undefined; afterMs: number | undefined }
  /** It will not work later either. */
  | { is: 'refused'; why: string; status: number }

export async function deliver(
  message: Message,
  { http, signal, nowMs }: { http: HttpPort; signal: AbortSignal; nowMs: number },
): Promise<Delivery> {
  const { key, payload, url, headers } = message
  const withKey = key === undefined ? payload : { routing_key: key, ...(payload as object) }
  const sent = await http.send({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(withKey),
    redirects: 0,
    maxBytes: MAX_ANSWER_BYTES,
    signal,
  })
  if (!sent.ok) {
    const why = signal.aborted ? 'no answer in time' : sent.failure.message
    return { is: 'later', why, status: undefined, afterMs: undefined }
  }
  const { response } = sent
  const { status } = response
  if (status >= 200 && status < 300) return { is: 'delivered', status }
  const said = clip(visibleLine(withoutOwn(message, response.body)), MAX_SAID_CHARS)
  const why = `it answered ${status}${said === '' ? '' : `: ${said}`}`
  if (status === 429 || status === 408 || status >= 500) {
    return { is: 'later', why, status, afterMs: retryAfterMs(response, nowMs) }
  }
  return { is: 'refused', why, status }
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function retryAfterMs(response: HttpResponse, nowMs: number): number | undefined {
  const given = response.headers['retry-after']?.trim()
  if (given === undefined || given === '') return undefined
  const ms = /^\d+$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - nowMs
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), MAX_WAIT_MS)
}
