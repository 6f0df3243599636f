/** What one entry of a log says: time, level, message, and where it happened. */
import type { ErrorContext } from '../../error-tally.ts'
import { epochMs, findTime, type Zone } from './log-time.ts'
import { plainMessage, REQUEST_ID } from './plain-message.ts'

export type Entry = {
  timeMs: number | undefined
  /** The time named no zone. */
  assumed: boolean
  /** In small letters; undefined where it is not said. */
  level: string | undefined
  status: number | undefined
  /** What the line that was found says, masked, without what differs from one moment to another. */
  message(telling: string, mask: Mask): string
  context(): ErrorContext
}
export type Mask = (text: string) => string

type Fields = Readonly<Record<string, unknown>>

/** undefined: it is no JSON object. */
export function jsonFields(line: string): Fields | undefined {
  if (!/^\s*\{/.test(line)) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const TIMES = ['time', 'ts', 'timestamp', '@timestamp', 'datetime', 'date', 'asctime', 't']
const LEVELS = ['level', 'levelname', 'severity', 'lvl', 'log.level']
const MESSAGES = ['msg', 'message', 'event', 'log']
const ERRORS = ['err', 'error', 'exception', 'exc_info', 'stack']
const REQUESTS = ['req', 'request', 'http', 'context']
const PATHS = ['endpoint', 'path', 'url', 'uri', 'route', 'request_path']
const METHODS = ['method', 'http_method']
const AGENTS = ['user_agent', 'userAgent', 'http_user_agent', 'user-agent']
const REQUEST_IDS = [
  'request_id',
  'requestId',
  'req_id',
  'reqId',
  'x-request-id',
  'correlation_id',
  'trace_id',
  'traceId',
  'id',
]
const STATUSES = ['status', 'statusCode', 'status_code']

/** pino and bunyan write levels as numbers. */
const NUMBERED: Readonly<Record<string, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}

export function jsonEntry(fields: Fields, zone: Zone): Entry {
  const time = timeOf(pick(fields, TIMES), zone)
  const request = REQUESTS.map((name) => fields[name]).find(isFields) ?? {}
  const headers = isFields(request['headers']) ? request['headers'] : {}
  const places = [fields, request, headers]
  const level = wordOf([fields], LEVELS)
  const response = isFields(fields['res']) ? fields['res'] : {}
  return {
    timeMs: time?.ms,
    assumed: time?.assumed ?? false,
    level: level === undefined ? undefined : levelOf(level),
    status: numberOf(pick(fields, STATUSES) ?? pick(response, STATUSES)),
    message: (_telling, mask) => plainMessage(mask(messageOf(fields))),
    context() {
      const path = wordOf(places, PATHS)
      const method = wordOf(places, METHODS)
      return contextOf({
        endpoint: path && [method, path].filter(Boolean).join(' '),
        agent: wordOf(places, AGENTS),
        id: wordOf([fields], REQUEST_IDS.slice(0, -1)) ?? wordOf([request, headers], REQUEST_IDS),
        timeMs: time?.ms,
      })
    },
  }
}

const pick = (fields: Fields, names: readonly string[]): unknown =>
  names.map((name) => fields[name]).find((value) => value !== undefined && value !== null)

function wordOf(places: readonly Fields[], names: readonly string[]): string | undefined {
  for (const place of places) {
    const found = pick(place, names)
    if (typeof found === 'string' && found !== '') return found
    if (typeof found === 'number') return String(found)
  }
  return undefined
}

const numberOf = (value: unknown): number | undefined =>
  Number.isInteger(Number(value)) && value !== undefined ? Number(value) : undefined

const levelOf = (given: string): string => NUMBERED[given] ?? given.toLowerCase()

function timeOf(value: unknown, zone: Zone): { ms: number; assumed: boolean } | undefined {
  const isNumber = typeof value === 'number' || /^\d+(\.\d+)?$/.test(String(value))
  if (!isNumber) return typeof value === 'string' ? findTime(value, zone) : undefined
  const ms = epochMs(Number(value))
  return ms === undefined ? undefined : { ms, assumed: false }
}

/** What was logged and the error beside it, which often says more. */
function messageOf(fields: Fields): string {
  const said = pick(fields, MESSAGES)
  const error = pick(fields, ERRORS)
  const parts = [typeof said === 'string' ? said : undefined, errorText(error)]
  const told = [...new Set(parts.filter((part) => part !== undefined && part !== ''))]
  return told.length > 0 ? told.join(': ') : JSON.stringify(fields)
}

function errorText(error: unknown): string | undefined {
  if (typeof error === 'string') return error.split('\n', 1)[0]
  if (!isFields(error)) return undefined
  const name = wordOf([error], ['code', 'type', 'name'])
  const text = wordOf([error], ['message', 'msg'])
  return [name, text].filter((part) => part !== undefined).join(' ') || undefined
}

/** Every text in it, as it reads once JSON's escapes are undone. */
export function textsOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || typeof value !== 'object') return String(value)
  return Object.values(value).map(textsOf).join('\n')
}

const LEVEL =
  /\b(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|ERR|FATAL|CRIT(?:ICAL)?|ALERT|EMERG|PANIC|SEVERE)\b|\blevel="?(\w+)|\[(debug|info|notice|warn|error|crit|alert|emerg)\]/
const ACCESS = /"([A-Z]{3,7}) (\S+) HTTP\/[\d.]+" (\d{3})(?: \S+)?(?: "[^"]*" "([^"]*)")?/
const CALL = /\b(GET|HEAD|POST|PUT|PATCH|DELETE) (\/[^\s"']*)/
const LEVEL_CHARS = 200

/** `line` begins the entry. */
export function textEntry(line: string, zone: Zone): Entry {
  const time = findTime(line, zone)
  const level = LEVEL.exec(line.slice(0, LEVEL_CHARS))
  const access = ACCESS.exec(line)
  return {
    timeMs: time?.ms,
    assumed: time?.assumed ?? false,
    level: (level?.[1] ?? level?.[2] ?? level?.[3])?.toLowerCase(),
    status: access === null ? undefined : Number(access[3]),
    message: (telling, mask) =>
      access === null
        ? plainMessage(mask(telling))
        : mask(`${access[1]} ${pathOf(access[2])} ${access[3]}`),
    context() {
      const call = access ?? CALL.exec(line)
      return contextOf({
        endpoint: call === null ? undefined : `${call[1]} ${call[2]}`,
        agent: access?.[4],
        id: REQUEST_ID.exec(line)?.[1],
        timeMs: time?.ms,
      })
    },
  }
}

/** A query may hold anything, a token too. */
const pathOf = (url: string | undefined): string => url?.split(/[?#]/, 1)[0] ?? ''

type About = {
  endpoint: string | undefined
  agent: string | undefined
  id: string | undefined
  timeMs: number | undefined
}

const MAX_WORD_CHARS = 200

function contextOf({ endpoint, agent, id, timeMs }: About): ErrorContext {
  const short = (text: string) => text.slice(0, MAX_WORD_CHARS)
  return {
    ...(endpoint && { endpoint: short(pathOf(endpoint)) }),
    ...(agent && agent !== '-' && { user_agent: short(agent) }),
    ...(timeMs !== undefined && { at: new Date(timeMs).toISOString() }),
    ...(id && { request_id: short(id) }),
  }
}
