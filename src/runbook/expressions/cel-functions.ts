/**
 * Functions of hotwash in CEL, beside those of the language: for runbooks that are told by an input
 * where something stands, such as the path of a token in an answer that they have never seen.
 */
import type { Environment } from '@marcbachmann/cel-js'

/** `user.email`, `items.0.id`: what stands there, or null. Values are as CEL holds them. */
function at(value: unknown, path: string): unknown {
  let here = value
  for (const key of path === '' ? [] : path.split('.')) {
    if (here instanceof Map) here = here.get(key)
    else if (Array.isArray(here)) here = /^\d{1,9}$/.test(key) ? here[Number(key)] : undefined
    else if (isLiteral(here)) here = Object.hasOwn(here, key) ? here[key] : undefined
    else return null
  }
  return here ?? null
}

/** Data comes as a Map; what an expression writes out itself is an object. */
const isLiteral = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** `a, b c` as a list: commas and blanks separate. */
const items = (text: string): string[] => text.split(/[\s,]+/).filter((item) => item !== '')

const isScalar = (value: unknown): boolean => !['object', 'function'].includes(typeof value)

/** Equal as text: an id may be a number in one answer and a text in another. Null equals nothing. */
const same = (one: unknown, other: unknown): boolean =>
  isScalar(one) && isScalar(other) && String(one) === String(other)

/** `grant_type=password&scope=` as a map, decoded as a form is. */
const pairs = (text: string): Map<string, string> => new Map(new URLSearchParams(text))

function urlDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Elements that carry a value by name: hidden inputs of a form, and meta. */
const ELEMENT = /<(?:input|meta)\s([^<>]{0,4000})>/gi
const ATTRIBUTE = /([a-z-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi
const MAX_HTML_CHARS = 262_144

/** The value of the input, or the content of the meta, of that name; null where there is none. */
function htmlValue(html: string, name: string): string | null {
  for (const [, inside = ''] of html.slice(0, MAX_HTML_CHARS).matchAll(ELEMENT)) {
    const attributes = new Map<string, string>()
    for (const [, key = '', double, single, bare] of inside.matchAll(ATTRIBUTE)) {
      attributes.set(key.toLowerCase(), double ?? single ?? bare ?? '')
    }
    if (attributes.get('name') !== name) continue
    const value = attributes.get('value') ?? attributes.get('content')
    if (value !== undefined) return unescaped(value)
  }
  return null
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const LAST_CODE_POINT = 0x10ffff
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi

const unescaped = (text: string): string =>
  text.replace(REFERENCE, (whole: string, ...found: (string | undefined)[]) => {
    const [decimal, hex, name] = found
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole
    const code = hex === undefined ? Number(decimal) : parseInt(hex, 16)
    return code <= LAST_CODE_POINT ? String.fromCodePoint(code) : whole
  })

type CelFunction = { signature: string; says: string; handler: (...given: never[]) => unknown }

export const CEL_FUNCTIONS: readonly CelFunction[] = [
  {
    signature: 'at(dyn, string): dyn',
    says: 'what stands at a path such as `user.email` or `items.0.id`, or null',
    handler: at,
  },
  {
    signature: 'same(dyn, dyn): bool',
    says: 'equal as text: `1` and `"1"` are; null equals nothing',
    handler: same,
  },
  {
    signature: 'items(string): list<string>',
    says: 'the words of a text; commas and blanks separate them',
    handler: items,
  },
  {
    signature: 'pairs(string): map<string, string>',
    says: 'names and values of `a=b&c=d`, decoded as those of a form',
    handler: pairs,
  },
  {
    signature: 'urlDecoded(string): string',
    says: 'the text with its % escapes decoded; one that has a wrong one is left as it is',
    handler: urlDecoded,
  },
  {
    signature: 'htmlValue(string, string): dyn',
    says: 'in a page, the value of the input or the content of the meta of that name, or null',
    handler: htmlValue,
  },
]

export function addFunctions(environment: Environment): Environment {
  for (const { signature, handler } of CEL_FUNCTIONS) {
    environment.registerFunction(signature, handler)
  }
  return environment
}
