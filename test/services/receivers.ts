/**
 * Slack and PagerDuty as their documents say they answer, and a plain webhook: in one server that can
 * be told to fail. Paths: /services/T1/B1/KEY (Slack), /v2/enqueue (PagerDuty), /hook.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const SLACK_KEY = 'sL4ckHookKeyOfThisTest'
export const ROUTING_KEY = 'r0utingKeyOfThisTest0123456789ab'

type Told = { path: string; headers: IncomingHttpHeaders; body: Record<string, unknown> }
/** What to answer in place of the real thing. `hang`: nothing at all. */
type Fault = { status: number; headers?: Record<string, string> } | 'hang'

export type Receivers = {
  base: string
  told: Told[]
  /** For the next requests, one each. */
  faults: Fault[]
  stop(): Promise<void>
  /** On the same port, after `stop`. */
  start(): Promise<void>
}

export async function startReceivers(): Promise<Receivers> {
  const told: Told[] = []
  const faults: Fault[] = []
  let port = 0
  let server: ReturnType<typeof createServer>
  const start = async (): Promise<void> => {
    server = createServer((request, response) => {
      let text = ''
      request.on('data', (chunk) => (text += String(chunk)))
      request.on('end', () => {
        const fault = faults.shift()
        if (fault === 'hang') return
        if (fault !== undefined) {
          response.writeHead(fault.status, fault.headers)
          return void response.end('fault')
        }
        const path = request.url ?? ''
        const body = parsed(text)
        if (answer(response, path, body)) {
          told.push({ path, headers: request.headers, body: body ?? {} })
        }
      })
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }
  await start()
  return {
    base: `http://127.0.0.1:${port}`,
    told,
    faults,
    start,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

type Answer = [status: number, body: string]

/** True when the message was taken. */
function answer(response: ServerResponse, path: string, body: Record<string, unknown> | undefined) {
  const [status, text] = path.startsWith('/services/')
    ? slack(path, body)
    : path === '/v2/enqueue'
      ? pagerDuty(body)
      : ([204, ''] satisfies Answer)
  response.writeHead(status)
  response.end(text)
  return status < 300
}

function slack(path: string, body: Record<string, unknown> | undefined): Answer {
  if (path !== `/services/T1/B1/${SLACK_KEY}`) return [403, 'invalid_token']
  if (typeof body?.['text'] !== 'string') return [400, 'invalid_payload']
  return body['text'] === '' ? [400, 'no_text'] : [200, 'ok']
}

const EVENTS = ['trigger', 'acknowledge', 'resolve']
const SEVERITIES = ['critical', 'error', 'warning', 'info']

function pagerDuty(body: Record<string, unknown> | undefined): Answer {
  const refuse = (...errors: string[]): Answer => [
    400,
    JSON.stringify({ status: 'invalid event', message: 'Event object is invalid', errors }),
  ]
  if (body?.['routing_key'] !== ROUTING_KEY) return refuse('Invalid routing key')
  if (!EVENTS.includes(String(body['event_action']))) return refuse("'event_action' is invalid")
  const payload = (body['payload'] ?? {}) as Record<string, unknown>
  if (body['event_action'] === 'trigger') {
    for (const name of ['summary', 'source', 'severity']) {
      if (typeof payload[name] !== 'string') return refuse(`'payload.${name}' is missing`)
    }
    if (String(payload['summary']).length > 1024) return refuse("'summary' is too long")
    if (!SEVERITIES.includes(String(payload['severity']))) return refuse("'severity' is invalid")
  }
  const dedup = { status: 'success', message: 'Event processed', dedup_key: body['dedup_key'] }
  return [202, JSON.stringify(dedup)]
}
