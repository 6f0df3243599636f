/**
 * What a service says of its own health, in the shapes that are common:
 *   plain `ok`; {status: "ok"}; {ok: true, db: "up"}
 *   Spring Boot actuator   {status: "UP", components: {db: {status: "UP", details}}}
 *   application/health+json, draft-inadarei-api-health-check
 *                          {status: "pass", checks: {"db:connections": [{status: "pass", output}]}}
 *   ASP.NET Core           "Healthy", {status: "Healthy", entries | results: {db: {status, description}}}
 *   Terminus (NestJS)      {status: "error", info: {}, error: {db: {status: "down", message}}, details}
 *   lists of checks        {checks: [{name: "db", status: "ok"}]}
 * The answer's code counts as well: who answers 503 is down, whatever the text says. Pure.
 */
import type { Value } from '../../../incident/value.ts'
import { isPartName, statusOfWord, worst, type Status } from './rating.ts'

/** `says`: what the service adds in words: an error, a message. */
type Part = { status: Status; says: string; latencyMs: number | undefined }
/** By name; a service may call a part `__proto__`. */
type Parts = Map<string, Part>
export type OwnHealth = {
  /** Of the answer as a whole. */
  status: Status
  says: string
  parts: Parts
}

const MOST_PARTS = 100
const MAX_DEPTH = 3
const PLAIN_CHARS = 200

type Held = Readonly<Record<string, Value>>
const isMap = (value: Value | undefined): value is { [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function readHealth({ status, body }: { status: number; body: string }): OwnHealth {
  const byCode = statusOfCode(status)
  const value = parsed(body)
  const own = isMap(value) ? ofMap(value) : ofWord(value ?? body)
  const parts = [...own.parts.values()].map((part) => part.status)
  const said = own.status === undefined ? '' : `, says ${own.word}`
  return {
    status: worst([byCode, own.status ?? 'ok', ...parts]),
    says: `HTTP ${status}${said}${own.says === '' ? '' : `: ${own.says}`}`,
    parts: own.parts,
  }
}

/** A redirect is a page to log in, or another place: not an answer of this service. */
const statusOfCode = (code: number): Status => (code >= 200 && code < 300 ? 'ok' : 'down')

function parsed(body: string): Value | undefined {
  try {
    return JSON.parse(body) as Value
  } catch {
    return undefined
  }
}

type Own = { status: Status | undefined; word: string; says: string; parts: Parts }

function ofWord(value: Value): Own {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  // Of a page, or of a longer text, only the code is understood.
  const word =
    text.length > PLAIN_CHARS || /^\s*</.test(text) ? '' : text.trim().split(/[\s.,:!]/)[0]
  return { status: statusOfWord(word), word: word ?? '', says: '', parts: new Map() }
}

const WORDS = [
  'status',
  'state',
  'health',
  'healthy',
  'ok',
  'up',
  'ready',
  'alive',
  'success',
  'result',
] as const
const PARTS = [
  'components',
  'checks',
  'entries',
  'results',
  'details',
  'info',
  'error',
  'services',
  'dependencies',
  'indicators',
  'data',
] as const

/** The first of the known words that says something. */
function statusIn(held: Held): { status: Status; word: string } | undefined {
  for (const key of WORDS) {
    const said = held[key]
    const status = statusOfWord(said)
    if (status !== undefined) return { status, word: `${said as string | boolean}` }
  }
  return undefined
}

function ofMap(held: Held): Own {
  const own = statusIn(held)
  const parts: Parts = new Map()
  for (const key of PARTS) collect(held[key], '', { parts, depth: MAX_DEPTH })
  // {ok: true, db: "up", cache: {connected: false}}: every other key that can be understood.
  for (const [name, value] of Object.entries(held)) {
    if (isOneOf(WORDS, name) || isOneOf(PARTS, name) || isSetting(name, value)) continue
    const part = partOf(value)
    if (part !== undefined) parts.set(name, part)
  }
  const kept = new Map([...parts].slice(0, MOST_PARTS))
  return { status: own?.status, word: own?.word ?? '', says: wordsOf(held), parts: kept }
}

/** `debug: false` and `log_level: error` say nothing about health. */
const isSetting = (name: string, value: Value): boolean =>
  /(^|[_-])(log|level|loglevel|mode|env|environment|debug|verbose|type|version|color|maintenance|features?|flags?|enabled)$/i.test(
    name,
  ) ||
  (typeof value === 'boolean' && !isPartName(name))

const isOneOf = (words: readonly string[], name: string): boolean => words.includes(name)

function collect(
  value: Value | undefined,
  prefix: string,
  { parts, depth }: { parts: Parts; depth: number },
): void {
  if (depth === 0) return
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (!isMap(item)) continue
      const named = item['name'] ?? item['id'] ?? item['component'] ?? item['componentName']
      const part = partOf(item)
      const name = prefix + (typeof named === 'string' ? named : `${index + 1}`)
      if (part !== undefined) parts.set(name, part)
    }
  }
  if (!isMap(value)) return
  for (const [name, item] of Object.entries(value)) {
    const part = isSetting(name, item) && !isMap(item) ? undefined : partOf(item)
    if (part !== undefined) parts.set(prefix + name, part)
    // A composite of Spring: its members count as much as itself.
    if (isMap(item) && isMap(item['components'])) {
      collect(item['components'], `${prefix}${name}.`, { parts, depth: depth - 1 })
    }
  }
}

/** undefined: this says nothing about health: a version, an uptime. */
function partOf(value: Value | undefined): Part | undefined {
  if (Array.isArray(value)) {
    const members = value.flatMap((item) => (Array.isArray(item) ? [] : (partOf(item) ?? [])))
    if (members.length === 0) return undefined
    const status = worst(members.map((member) => member.status))
    const bad = members.find((member) => member.status === status)
    return bad
  }
  if (isMap(value)) {
    const own = statusIn(value) ?? connectedIn(value)
    if (own === undefined) return undefined
    return {
      status: own.status,
      says: [own.word, wordsOf(value)].filter(Boolean).join(': '),
      latencyMs: latencyIn(value),
    }
  }
  const status = statusOfWord(value)
  return status === undefined ? undefined : { status, says: String(value), latencyMs: undefined }
}

function connectedIn(held: Held): { status: Status; word: string } | undefined {
  for (const key of ['connected', 'available', 'reachable', 'enabled', 'running'] as const) {
    const said = held[key]
    if (typeof said === 'boolean' && key !== 'enabled') {
      return { status: said ? 'ok' : 'down', word: `${key}: ${said}` }
    }
  }
  return undefined
}

const TEXTS = [
  'message',
  'error',
  'output',
  'description',
  'reason',
  'exception',
  'detail',
] as const

/** An error of a service is in one of these, or one level below, as in Spring's details. */
function wordsOf(held: Held): string {
  for (const key of TEXTS) {
    const said = held[key]
    if (typeof said === 'string' && said !== '') return said
    if (isMap(said) && typeof said['message'] === 'string') return said['message']
  }
  const { details } = held
  return isMap(details) && typeof details['error'] === 'string' ? details['error'] : ''
}

function latencyIn(held: Held): number | undefined {
  for (const key of [
    'latency_ms',
    'latencyMs',
    'latency',
    'responseTimeMs',
    'responseTime',
    'duration_ms',
    'durationMs',
    'observedValue',
  ] as const) {
    const value = held[key]
    const unit = held['observedUnit']
    if (typeof value !== 'number' || value < 0) continue
    if (key === 'observedValue' && unit !== 'ms') continue
    return Math.round(value)
  }
  return undefined
}
