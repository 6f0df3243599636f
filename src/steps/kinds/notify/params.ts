/** What a runbook says of a message and where it goes. */
import { z } from 'zod'
import { duration, json, text, type Rendered } from '../../../runbook/fields.ts'

const MAX_TEXT_CHARS = 10_000
const DEFAULT_WITHIN_MS = 10_000
/** Bound of PagerDuty's Events API v2. */
const MAX_KEY_CHARS = 255

const url = z.string().regex(/^https?:\/\//i, { error: 'a url begins with http:// or https://' })
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, {
  error: 'a header name has letters, digits and dashes',
})
/** A line end in a header would smuggle in another one. */
const headerValue = z
  .string()
  .regex(/^[^\r\n\0]*$/, { error: 'a header value is one line of text' })

const ACTIONS = ['trigger', 'acknowledge', 'resolve'] as const
export const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const
const SEVERITY = /^(critical|error|warning|info|SEV[1-5])$/

export const params = z
  .strictObject({
    text: text(z.string().min(1).max(MAX_TEXT_CHARS)).describe('the message'),
    severity: text(
      z.string().regex(SEVERITY, {
        error: `accepted: ${SEVERITIES.join(', ')}, or SEV1 to SEV5`,
      }),
    )
      .optional()
      .describe(
        "critical, error, warning, info, or SEV1 to SEV5; the incident's own unless stated",
      ),
    webhook: z
      .strictObject({
        url: text(url).describe('may be a secret, and is never shown'),
        headers: z.record(headerName, text(headerValue)).optional(),
        json: json()
          .optional()
          .describe('what is sent in place of {text, severity, incident, run, step, at}'),
      })
      .optional()
      .describe('a POST of JSON'),
    slack: z
      .strictObject({ url: text(url).describe('of the incoming webhook; a secret') })
      .optional()
      .describe('an incoming webhook of Slack'),
    pagerduty: z
      .strictObject({
        routing_key: text(z.string().min(1)).describe('integration key; a secret'),
        action: z.enum(ACTIONS).default('trigger').describe('trigger unless stated'),
        dedup_key: text(z.string().min(1).max(MAX_KEY_CHARS))
          .optional()
          .describe("events of one key are one alert; by the incident's id unless stated"),
        source: text(z.string().min(1))
          .optional()
          .describe('the affected system; this machine unless stated'),
        url: text(url).optional().describe("PagerDuty's Events API v2 unless stated"),
      })
      .optional()
      .describe("PagerDuty's Events API v2"),
    within: duration()
      .default(DEFAULT_WITHIN_MS)
      .describe('how long the step may try; then the message is kept and tried again later; 10s'),
  })
  .refine(
    ({ webhook, slack, pagerduty }) =>
      [webhook, slack, pagerduty].filter((place) => place !== undefined).length === 1,
    { error: 'a message goes to one of webhook, slack and pagerduty' },
  )

export type NotifyParams = Rendered<z.output<typeof params>>
