/**
 * The shape of a failure: its words without what differs from one to the next and without what
 * belongs to a person, so that equal failures are counted together and nothing private is kept.
 */
import type { HttpResponse } from '../ports/http.ts'

const MAX_CHARS = 120
const LOOKED_AT_CHARS = 4_096

export function shapeOf(response: Pick<HttpResponse, 'status' | 'headers' | 'body'>): string {
  const words = wordsOf(cut(response.body, LOOKED_AT_CHARS))
  const location = response.headers['location']
  const to = location === undefined ? '' : ` to ${location.split('?')[0]}`
  return short(`${response.status}${to}${words === '' ? '' : ` ${words}`}`)
}

/**
 * Cut between two words: half a secret is not recognized by what masks secrets, and half an address
 * is not by what hides addresses.
 */
function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  const kept = text.slice(0, maxChars)
  return /\s/.test(text.charAt(maxChars)) ? kept : kept.replace(/\S+$/, '')
}

const short = (text: string): string =>
  text.length > MAX_CHARS ? `${cut(text, MAX_CHARS - 1).trimEnd()}…` : text

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

/**
 * Logins in addresses and what follows their `?`, mail addresses, tokens, what stands behind a word
 * such as password, and the values that databases quote in their messages.
 */
const PRIVATE: readonly (readonly [RegExp, string])[] = [
  [/\bparams: .*$/, 'params: …'],
  [/\(([\w", ]{1,100})\)=\([^)]*\)/g, '($1)=(…)'],
  [/\b(duplicate entry) '[^']*'/gi, "$1 '…'"],
  [/\b(invalid input (?:syntax|value) for [\w ]{1,40}): "[^"]*"/gi, '$1: "…"'],
  [/\b(bearer|basic) [\w.~+/=-]{8,}/gi, '$1 HIDDEN'],
  [/([\w/])\?[\w.~%-]+=[^\s"'<>)]*/g, '$1'],
  [/\/\/[^/\s@]*@/g, '//'],
  [/[\w.+-]{1,64}@[\w-]{1,64}(\.[\w-]{1,64})+/g, 'ADDRESS'],
  [/\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?/g, 'TOKEN'],
  [/\b(gh[pousr]_|github_pat_|AKIA|xox[abprs]-|sk_live_|rk_live_|glpat-)[\w-]{8,}/g, 'TOKEN'],
  [/\b(?=[\w-]{0,64}\d)(?=[\w-]{0,64}[a-z])(?=[\w-]{0,64}[A-Z])[\w-]{24,}/g, 'TOKEN'],
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
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z\b|[+-]\d\d:?\d\d)?/g, 'TIME'],
  // The port of a service tells which one it is, unlike the port of a connection.
  [/(?<=[^\d:]|[^\w\]]:)\d{4,}\b/g, 'N'],
  [/(?<=[\w\]]:)(?!(?:2701[789]|26257|33060)\b)\d{5,}\b/g, 'N'],
]

/** One line without what changes and what is private. */
export const plainWords = (text: string): string =>
  VOLATILE.reduce(
    (words, [what, by]) => words.replace(what, by),
    withoutPrivate(oneLine(cut(text, LOOKED_AT_CHARS))),
  )

/** As short as a shape is. */
export const plainShape = (text: string): string => short(plainWords(text))
