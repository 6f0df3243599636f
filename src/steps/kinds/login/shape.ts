/** The shape of an answer: its status and first words, so that equal failures are counted together. */
import type { HttpResponse } from '../../../ports/http.ts'

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

const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, 'ID'],
  [/\b[0-9a-f]{16,}\b/gi, 'ID'],
  [/(?<=\D)\d{4,}\b/g, 'N'],
]

const MAX_SHAPES = 50
const SHOWN_SHAPES = 5

/** Counts failures by shape with bounded memory. */
export function createTally(): { add(shape: string): void; total(): number; inWords(): string } {
  const counts = new Map<string, number>()
  const add = (shape: string): void => {
    const plain = VOLATILE.reduce((text, [what, by]) => text.replace(what, by), shape)
    const key = counts.has(plain) || counts.size < MAX_SHAPES ? plain : 'other answers'
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const total = (): number => [...counts.values()].reduce((sum, count) => sum + count, 0)
  const inWords = (): string => {
    const sorted = [...counts].sort((a, b) => b[1] - a[1])
    const shown = sorted.slice(0, SHOWN_SHAPES).map(([shape, count]) => `${count} x ${shape}`)
    const rest = sorted.slice(SHOWN_SHAPES).reduce((sum, [, count]) => sum + count, 0)
    return [...shown, ...(rest > 0 ? [`${rest} x other`] : [])].join('; ')
  }
  return { add, total, inWords }
}

const SHOWN_NAMES = 5

/** What failed for whom, equal failures together: `admin, user: 500 Failed query`. */
export function failuresInWords(failures: readonly { who: string; why: string }[]): string {
  const whos = new Map<string, string[]>()
  for (const { who, why } of failures) whos.set(why, [...(whos.get(why) ?? []), who])
  const parts = [...whos].slice(0, SHOWN_SHAPES).map(([why, names]) => {
    const left = names.length - SHOWN_NAMES
    const shown = names.slice(0, SHOWN_NAMES).join(', ')
    return `${shown}${left > 0 ? ` and ${left} more` : ''}: ${why}`
  })
  const rest = whos.size - parts.length
  return [...parts, ...(rest > 0 ? [`${rest} other failures`] : [])].join('; ')
}
