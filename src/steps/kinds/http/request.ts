/** An HTTP request as runbooks write it, shared by every kind that sends one. */
import { z } from 'zod'
import type { CookieJar, HttpRequest } from '../../../ports/http.ts'
import { integer, json, Template, text, type Rendered } from '../../../runbook/fields.ts'
import { bearerOf } from './bearer.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
export const MAX_BODY_BYTES = 1_048_576

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, {
  error: 'a header name has letters, digits and dashes',
})
/** A line end in a header would smuggle in another one. */
const headerValue = text(
  z.string().regex(/^[^\r\n\0]*$/, { error: 'a header value is one line of text' }),
)

export const requestFields = {
  method: z.enum(METHODS).default('GET').describe('GET unless stated'),
  url: text(z.string().regex(/^https?:\/\//i, { error: 'a url begins with http:// or https://' })),
  headers: z.record(headerName, headerValue).optional(),
  json: json().optional().describe('sent as application/json'),
  form: z.record(z.string(), text()).optional().describe('sent as a browser sends a form'),
  body: text().optional().describe('sent as it is'),
  redirects: integer({ min: 0, max: 20 })
    .optional()
    .describe('how many redirects to follow; 0 unless stated'),
  tls: z.strictObject({ ca: text().describe('path of a PEM file') }).optional(),
}

export const oneBody = (value: { json?: unknown; form?: unknown; body?: unknown }): boolean =>
  [value.json, value.form, value.body].filter((part) => part !== undefined).length <= 1

export const ONE_BODY = { error: 'a request has one of json, form and body' }

export const requestParams = z.strictObject(requestFields).refine(oneBody, ONE_BODY)
export type RequestParams = Rendered<z.output<typeof requestParams>>

export type Sending = { signal: AbortSignal; jar: CookieJar; ca: string | undefined }

export function toRequest(params: RequestParams, sending: Sending): HttpRequest {
  const content = contentOf(params)
  const bearer = bearerOf(sending.jar)
  return {
    method: params.method,
    url: params.url,
    headers: {
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(content.type === undefined ? {} : { 'content-type': content.type }),
      ...lowerCased(params.headers ?? {}),
    },
    ...(content.body === undefined ? {} : { body: content.body }),
    redirects: params.redirects ?? 0,
    jar: sending.jar,
    ...(sending.ca === undefined ? {} : { tls: { ca: sending.ca } }),
    maxBytes: MAX_BODY_BYTES,
    signal: sending.signal,
  }
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

function contentOf(params: RequestParams): { type?: string; body?: string } {
  if (params.json !== undefined) {
    return { type: 'application/json', body: JSON.stringify(params.json) }
  }
  if (params.form !== undefined) {
    const body = new URLSearchParams(params.form).toString()
    return { type: 'application/x-www-form-urlencoded', body }
  }
  return params.body === undefined ? {} : { body: params.body }
}

/** Method, address, and the names of what is sent; never the values, which may be secret. */
export function describeRequest(params: RequestParams): string {
  const parts = [`${params.method} ${shown(params.url)}`]
  const names = (of: object): string => Object.keys(of).join(', ')
  if (params.headers !== undefined) parts.push(`headers: ${names(params.headers)}`)
  if (params.form !== undefined) parts.push(`form: ${names(params.form)}`)
  if (params.json !== undefined) {
    const fields = params.json !== null && typeof params.json === 'object'
    parts.push(fields ? `json: ${names(params.json as object)}` : 'json')
  }
  if (params.body !== undefined) parts.push('a body')
  return parts.join('; ')
}

/** In a plan, a part that waits for the step itself is still a Template. The user of a url is hidden. */
export const shown = (value: unknown): string =>
  (value instanceof Template ? value.source : String(value)).replace(/\/\/[^/@\s]*@/, '//')

export const hostOf = (url: unknown): string => {
  const plain = shown(url)
  return URL.canParse(plain) ? new URL(plain).host : plain
}
