/**
 * Of a regular expression, a set of texts of which every match holds at least one: what a fast
 * search can look for before the expression itself is tried. Only plain ASCII counts, without what
 * JSON may write in another way, since the same expression is tried on JSON lines. When in doubt
 * there is no set, and every line is tried.
 */

/** A shorter text is found almost everywhere. */
const SHORTEST = 3
const MOST = 64
const MAX_DEPTH = 100

type Reading = { source: string; at: number; depth: number }
type Set = readonly string[] | undefined

export function requiredLiterals(source: string): Set {
  const reading = { source, at: 0, depth: 0 }
  const set = alternatives(reading)
  return reading.at === source.length ? set : undefined
}

/** One of the alternatives matches: each must have a set of its own. */
function alternatives(reading: Reading): Set {
  let all: string[] | undefined = []
  for (;;) {
    const one = sequence(reading)
    all = one === undefined || all === undefined ? undefined : [...all, ...one]
    if (reading.source[reading.at] !== '|') break
    reading.at += 1
  }
  return all === undefined || all.length > MOST ? undefined : all
}

/** All elements match, one after the other: the best of their sets is enough. */
function sequence(reading: Reading): Set {
  let best: Set
  let run = ''
  const offer = (set: Set): void => {
    if (set !== undefined && worth(set) > worth(best)) best = set
  }
  const flush = (): void => {
    if (run.length >= SHORTEST) offer([run])
    run = ''
  }
  for (;;) {
    const next = reading.source[reading.at]
    if (next === undefined || next === '|' || next === ')') break
    const element = elementOf(reading)
    const { least, more } = quantifier(reading)
    if (element.is === 'nothing') continue
    if (element.is === 'char' && least > 0) run += element.char
    if (element.is !== 'char' || least === 0 || more) flush()
    // The character may come again, and then what follows it stands beside the last one.
    if (element.is === 'char' && least > 0 && more) run = element.char
    if (element.is === 'set' && least > 0) offer(element.set)
  }
  flush()
  return best
}

/** Longer texts are rarer, and fewer of them are better. */
const worth = (set: Set): number =>
  set === undefined ? 0 : Math.min(...set.map(({ length }) => length)) + 1 / (set.length + 1)

type Element =
  { is: 'char'; char: string } | { is: 'set'; set: Set } | { is: 'any' } | { is: 'nothing' }

const ANY: Element = { is: 'any' }
const NOTHING: Element = { is: 'nothing' }

function elementOf(reading: Reading): Element {
  const { source } = reading
  const char = source[reading.at] ?? ''
  reading.at += 1
  if (char === '\\') return escape(reading)
  if (char === '[') return characterClass(reading)
  if (char === '(') return group(reading)
  if (char === '^' || char === '$') return NOTHING
  return char === '.' ? ANY : plain(char)
}

/** JSON may write quotes, slashes and what is not ASCII as an escape. */
const plain = (char: string): Element =>
  /^[ !#-.0-[\]-~]$/.test(char) ? { is: 'char', char } : ANY

function escape(reading: Reading): Element {
  const rest = reading.source.slice(reading.at)
  const whole =
    /^(?:x[0-9a-fA-F]{2}|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|c[a-zA-Z]|k<[^>]*>|[pP]\{[^}]*\}|\d+|[^])/.exec(
      rest,
    )?.[0] ?? ''
  reading.at += whole.length
  if (whole === 'b' || whole === 'B') return NOTHING
  return /^[a-zA-Z0-9]/.test(whole) ? ANY : plain(whole)
}

function characterClass(reading: Reading): Element {
  const { source } = reading
  for (; reading.at < source.length; reading.at += 1) {
    if (source[reading.at] === '\\') reading.at += 1
    else if (source[reading.at] === ']') break
  }
  reading.at += 1
  return ANY
}

function group(reading: Reading): Element {
  const opening = /^\?(?:[:=!]|<[=!]|<[^>]*>|[a-z]*(?:-[a-z]*)?:)/.exec(
    reading.source.slice(reading.at),
  )?.[0]
  reading.at += opening?.length ?? 0
  reading.depth += 1
  if (reading.depth > MAX_DEPTH) {
    reading.at = reading.source.length + 1
    return ANY
  }
  const set = alternatives(reading)
  reading.depth -= 1
  reading.at += 1
  // What a look ahead or behind sees may be outside the match, or must not be there.
  if (opening !== undefined && /^\?<?[=!]/.test(opening)) return ANY
  return { is: 'set', set }
}

/** `least` times at least; `more`: perhaps more often than once. */
function quantifier(reading: Reading): { least: number; more: boolean } {
  const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(reading.source.slice(reading.at))
  if (found === null) return { least: 1, more: false }
  reading.at += found[0].length
  const [sign, least] = found
  if (least !== undefined) return { least: Number(least), more: found[0] !== '{1}' }
  return { least: sign.startsWith('+') ? 1 : 0, more: !sign.startsWith('?') }
}
