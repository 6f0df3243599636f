/**
 * A message as its receiver takes it. Shapes: Slack's incoming webhooks
 * (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks) and PagerDuty's Events API v2
 * (developer.pagerduty.com/docs/send-alert-event).
 */
import { hostname } from 'node:os'
import { clip } from '../../../incident/visible.ts'
import type { Value } from '../../../incident/value.ts'
import type { StepContext } from '../../kind.ts'
import { SEVERITIES, type NotifyParams } from './params.ts'

export const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue'
const MAX_SUMMARY_CHARS = 1_024

/**
 * `url`, `headers` and `key` say where it goes, and may hold secrets; the payload is masked. A key is
 * sent inside the payload, and kept apart from it.
 */
export type Message = {
  service: 'webhook' | 'slack' | 'pagerduty'
  url: string
  headers: Record<string, string>
  key?: string | undefined
  payload: Value
}

type Severity = (typeof SEVERITIES)[number]

const BY_LEVEL: Readonly<Record<string, Severity>> = {
  SEV1: 'critical',
  SEV2: 'error',
  SEV3: 'warning',
  SEV4: 'info',
  SEV5: 'info',
}

const severityOf = (given: string): Severity =>
  BY_LEVEL[given] ?? SEVERITIES.find((name) => name === given) ?? 'error'

export const dedupKeyOf = (incident: string): string => `hotwash/${incident}`.slice(0, 255)

export function messageOf(asked: NotifyParams, context: StepContext): Message {
  const { webhook, slack, pagerduty } = asked
  const text = context.mask(asked.text)
  const severity = severityOf(asked.severity ?? context.severity)
  const { incident, run, step } = context
  const at = new Date(context.ports.clock.now()).toISOString()
  if (slack !== undefined) {
    return { service: 'slack', url: slack.url, headers: {}, payload: { text: escaped(text) } }
  }
  if (pagerduty !== undefined) {
    return {
      service: 'pagerduty',
      url: pagerduty.url ?? PAGERDUTY_URL,
      headers: {},
      key: pagerduty.routing_key,
      payload: eventOf(pagerduty, { text, severity, incident, run, step, at }),
    }
  }
  const own = webhook?.json
  const payload = own === undefined ? { text, severity, incident, run, step, at } : (own as Value)
  return {
    service: 'webhook',
    url: webhook?.url ?? '',
    headers: { ...webhook?.headers },
    payload: masked(payload, context),
  }
}

type Told = {
  text: string
  severity: Severity
  incident: string
  run: string
  step: string
  at: string
}
type PagerDuty = NonNullable<NotifyParams['pagerduty']>

function eventOf(asked: PagerDuty, { text, severity, at, ...about }: Told): Value {
  const event = {
    event_action: asked.action,
    dedup_key: asked.dedup_key ?? dedupKeyOf(about.incident),
  }
  if (asked.action !== 'trigger') return event
  return {
    ...event,
    client: 'hotwash',
    payload: {
      summary: clip(text, MAX_SUMMARY_CHARS),
      source: asked.source ?? hostname(),
      severity,
      timestamp: at,
      custom_details: { ...about, text },
    },
  }
}

/** Slack reads these three as its own marks. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const masked = (value: Value, context: StepContext): Value =>
  JSON.parse(JSON.stringify(value), (_key, item: unknown) =>
    typeof item === 'string' ? context.mask(item) : item,
  ) as Value
