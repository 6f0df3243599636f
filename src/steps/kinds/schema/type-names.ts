/**
 * One name for each type, so that a runbook may say `varchar(20)` or `int8` where PostgreSQL says
 * `character varying(20)` or `bigint` (its manual, table 8.1). A length or precision is part of a
 * type: `varchar` without one means without a limit.
 */
const SYNONYMS: Readonly<Record<string, string>> = {
  int: 'integer',
  int4: 'integer',
  serial: 'integer',
  serial4: 'integer',
  int8: 'bigint',
  bigserial: 'bigint',
  serial8: 'bigint',
  int2: 'smallint',
  smallserial: 'smallint',
  serial2: 'smallint',
  bool: 'boolean',
  varchar: 'character varying',
  'char varying': 'character varying',
  char: 'character',
  bpchar: 'character',
  float: 'double precision',
  float8: 'double precision',
  float4: 'real',
  decimal: 'numeric',
  dec: 'numeric',
  varbit: 'bit varying',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
}

/** `timestamp(3) with time zone`: name, arguments, the rest of the name, brackets of an array. */
const PARTS = /^([^([]*?)\s*(?:\(([^)]*)\))?([^([]*?)\s*((?:\[\d*\])*)$/

export function typeName(type: string): string {
  const plain = type.trim().toLowerCase().replaceAll('"', '').replace(/\s+/g, ' ')
  const [, base = plain, given, tail = '', brackets = ''] = PARTS.exec(plain) ?? []
  const word = `${base}${tail}`.trim()
  const { name, isArray } = arrayless(word)
  const known = Object.hasOwn(SYNONYMS, name) ? (SYNONYMS[name] ?? name) : name
  const args = argumentsOf(known, given)
  // PostgreSQL keeps neither the length nor the number of dimensions of an array.
  return `${known}${args}${isArray || brackets !== '' ? '[]' : ''}`
}

/** `text array`, and `_text` as the catalog calls it. */
function arrayless(word: string): { name: string; isArray: boolean } {
  if (word.endsWith(' array')) return { name: word.slice(0, -' array'.length), isArray: true }
  const inner = word.slice(1)
  const isInternal = word.startsWith('_') && Object.hasOwn(SYNONYMS, inner)
  return isInternal ? { name: inner, isArray: true } : { name: word, isArray: false }
}

function argumentsOf(name: string, given: string | undefined): string {
  const args = (given ?? '').split(',').map((part) => part.trim())
  // What is left out is 1 for a character, and no digits after the point for a numeric.
  if (name === 'character' && given === undefined) return '(1)'
  if (given === undefined) return ''
  if (name === 'numeric' && args.length === 1) return `(${args[0]},0)`
  return `(${args.join(',')})`
}
