/** An HTTP request as runbooks write it, shared by every kind that sends one. */
import { z } from 'zod'
import type { CookieJar, HttpRequest } from '../../../ports/http.ts'
import { isTemplate, Template } from '../../../runbook/deferred.ts'
import { integer, json, templated, text, type Rendered } from '../../../runbook/fields.ts'
import { bearerOf } from './bearer.ts'
import { encodeFields, fieldScalar, fieldsValue, FORMATS, type Fields } from './fields.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
export const MAX_BODY_BYTES = 1_048_576

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, {
  error: 'a header name has letters, digits and dashes',
})
/** A line end in a header would smuggle in another one. */
const oneLine = z.string().regex(/^[^\r\n\0]*$/, { error: 'a header value is one line of text' })

/** From one `${{ }}`, names may come from inputs: an empty name and a null value are left out. */
const headerMap = z
  .record(z.union([headerName, z.literal('')]), z.union([oneLine, z.null()]))
  .transform((given) => {
    const stated = Object.entries(given).filter(([name, value]) => name !== '' && value !== null)
    return Object.fromEntries(stated) as Record<string, string>
  })

const statedHeaders = z.record(headerName, text(oneLine))
const oneHeaderMap = z.union([statedHeaders, templated(headerMap)])

/** One `${{ }}` keeps its type, and may be null. */
const fieldText = z
  .string()
  .transform((source) => (isTemplate(source) ? new Template(source, fieldScalar) : source))
const fieldMap = z.record(z.string(), z.union([fieldText, z.number(), z.boolean(), z.null()]))
const wholeMap = templated(fieldsValue)

export const requestFields = {
  method: templated(z.enum(METHODS)).default('GET').describe('GET unless stated'),
  url: text(
    z.string().regex(/^https?:\/\//i, { error: 'a url begins with http:// or https://' }),
  ).describe('absolute; what is secret in it is masked'),
  headers: z
    .union([statedHeaders, templated(headerMap), z.array(oneHeaderMap).max(20)])
    .optional()
    .meta({ title: 'map or list of maps' })
    .describe('a map, or several of which later ones win'),
  json: json().optional().describe('sent as application/json'),
  form: z.record(z.string(), text()).optional().describe('sent as a browser sends a form'),
  fields: z
    .union([fieldMap, z.array(z.union([fieldMap, wholeMap])).max(20), wholeMap])
    .optional()
    .meta({ title: 'map or list of maps' })
    .describe(
      'names and values, in the `format`; an empty name or a null value is left out, a[b] nests in JSON, of several maps later ones win',
    ),
  format: templated(z.enum(FORMATS)).optional().describe('of `fields`: json unless stated'),
  body: text().optional().describe('sent as it is'),
  redirects: integer({ min: 0, max: 20 })
    .optional()
    .describe('how many redirects to follow; 0 unless stated'),
  tls: z
    .strictObject({ ca: text().describe('path of a PEM file') })
    .optional()
    .describe('an authority of its own to trust'),
}

type Bodies = { json?: unknown; form?: unknown; body?: unknown; fields?: unknown; format?: unknown }

export const oneBody = ({ json, form, body, fields, format }: Bodies): boolean =>
  [json, form, body, fields].filter((part) => part !== undefined).length <= 1 &&
  (format === undefined || fields !== undefined)

export const ONE_BODY = {
  error: 'a request has one of json, form and body, or fields with a format',
}

export const requestParams = z
  .strictObject(requestFields)
  .refine(oneBody, ONE_BODY)
  .meta({ title: 'request as of http' })
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

type Headers = Readonly<Record<string, string>>

const lowerCased = (headers: Headers | readonly Headers[]): Record<string, string> =>
  Object.fromEntries(
    [headers]
      .flat()
      .flatMap((map) => Object.entries(map))
      .map(([name, value]) => [name.toLowerCase(), value]),
  )

function contentOf(params: RequestParams): { type?: string; body?: string } {
  if (params.json !== undefined) {
    return { type: 'application/json', body: JSON.stringify(params.json) }
  }
  if (params.form !== undefined) {
    const body = new URLSearchParams(params.form).toString()
    return { type: 'application/x-www-form-urlencoded', body }
  }
  if (params.fields !== undefined) {
    return encodeFields(params.fields as Fields, params.format ?? 'json')
  }
  return params.body === undefined ? {} : { body: params.body }
}

/** Method, address, and the names of what is sent; never the values, which may be secret. */
export function describeRequest(params: RequestParams): string {
  const parts = [`${shown(params.method)} ${shown(params.url)}`]
  const headers = params.headers === undefined ? '' : namesIn(params.headers)
  if (headers !== '') parts.push(`headers: ${headers}`)
  if (params.form !== undefined) parts.push(`form: ${namesIn(params.form)}`)
  if (params.json !== undefined) {
    const fields = params.json !== null && typeof params.json === 'object'
    parts.push(fields ? `json: ${namesIn(params.json)}` : 'json')
  }
  if (params.fields !== undefined) {
    parts.push(`${shown(params.format ?? 'json')} of fields: ${namesIn(params.fields)}`)
  }
  if (params.body !== undefined) parts.push('a body')
  return parts.join('; ')
}

/** Of what is still an expression, the expression: it names inputs and locals, and holds no value of a secret. */
function namesIn(of: unknown): string {
  if (of instanceof Template) return of.source
  if (Array.isArray(of)) return of.map(namesIn).filter(Boolean).join(', ')
  if (of === null || typeof of !== 'object') return 'data'
  const stated = Object.entries(of).filter(([name, value]) => name !== '' && value !== null)
  return stated.map(([name]) => name).join(', ')
}

/** In a plan, a part that waits for the step itself is still a Template. The user of a url is hidden. */
export const shown = (value: unknown): string =>
  (value instanceof Template ? value.source : String(value)).replace(/\/\/[^/@\s]*@/, '//')

export const hostOf = (url: unknown): string => {
  const plain = shown(url)
  return URL.canParse(plain) ? new URL(plain).host : plain
}
