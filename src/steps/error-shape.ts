/**
 * The shape of a failure: its words without what differs from one to the next and without what
 * belongs to a person, so that equal failures are counted together and nothing private is kept.
 */
import type { HttpResponse } from '../ports/http.ts'

const MAX_CHARS = 120
const LOOKED_AT_CHARS = 4_096

export function shapeOf(response: Pick<HttpResponse, 'status' | 'headers' | 'body'>): string {
  const words = wordsOf(response.body.slice(0, LOOKED_AT_CHARS))
  const location = response.headers['location']
  const to = location === undefined ? '' : ` to ${location.split('?')[0]}`
  const shape = `${response.status}${to}${words === '' ? '' : ` ${words}`}`
  return shape.length > MAX_CHARS ? `${shape.slice(0, MAX_CHARS - 1)}…` : shape
}

function wordsOf(body: string): string {
  const message = messageOf(body)
  if (message !== undefined) return oneLine(message)
  const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1]
  return oneLine(title ?? body.replace(/<[^>]*>/g, ' '))
}

const KEYS = ['message', 'error', 'error_description', 'detail', 'title'] as const

/** The message that services put into JSON: `{error: "…"}` or `{error: {message: "…"}}`. */
function messageOf(body: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return undefined
  }
  for (let depth = 0; depth < 3; depth += 1) {
    if (value === null || typeof value !== 'object') break
    const held: Record<string, unknown> = { ...value }
    const key = KEYS.find((name) => held[name] !== undefined && held[name] !== null)
    if (key === undefined) break
    value = held[key]
  }
  return typeof value === 'string' ? value : undefined
}

// eslint-disable-next-line no-control-regex -- control characters are what must not reach a screen
const oneLine = (text: string): string => text.replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim()

/** Logins in addresses, mail addresses, tokens, and what stands behind a word such as password. */
const PRIVATE: readonly (readonly [RegExp, string])[] = [
  [/\/\/[^/\s@]*@/g, '//'],
  [/[\w.+-]{1,64}@[\w-]{1,64}(\.[\w-]{1,64})+/g, 'ADDRESS'],
  [/\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?/g, 'TOKEN'],
  [/\b(gh[pousr]_|github_pat_|AKIA|xox[abprs]-|sk_live_|rk_live_|glpat-)[\w-]{8,}/g, 'TOKEN'],
  [
    /\b(\w*(?:password|passwd|pwd|secret|token|api_?key))(["']?\s*[=:]\s*["']?)[^\s"',;&)]+/gi,
    '$1$2HIDDEN',
  ],
]

/** Without what belongs to a person, or opens a door. */
export const withoutPrivate = (text: string): string =>
  PRIVATE.reduce((words, [what, by]) => words.replace(what, by), text)

/** What differs from failure to failure: the first that fits replaces it. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, 'ID'],
  [/\b[0-9a-f]{16,}\b/gi, 'ID'],
  [/(?<=\D)\d{4,}\b/g, 'N'],
]

/** One line, bounded, without what changes and what is private. */
export function plainShape(text: string): string {
  const plain = VOLATILE.reduce(
    (words, [what, by]) => words.replace(what, by),
    withoutPrivate(oneLine(text.slice(0, LOOKED_AT_CHARS))),
  )
  return plain.length > MAX_CHARS ? `${plain.slice(0, MAX_CHARS - 1)}…` : plain
}
