/**
 * PostgreSQL's text form of a value, as plain JSON. Times keep their microseconds, integers that
 * JSON numbers cannot hold stay text, bytes are hex (`\x…`), and what is not named here stays text.
 */
import type { CustomTypesConfig } from 'pg'
import type { Value } from '../../incident/value.ts'

type Parser = (text: string) => Value

export function integer(text: string): number | string {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}

/** numeric: whole ones are integers; others are numbers where no digit is lost. */
export function numeric(text: string): number | string {
  if (/^-?\d+(\.0+)?$/.test(text)) return integer(text.replace(/\..*/, ''))
  const trimmed = text.includes('.') ? text.replace(/0+$/, '') : text
  const number = Number(text)
  return Number.isFinite(number) && String(number) === trimmed ? number : text
}

const float: Parser = (text) => (Number.isFinite(Number(text)) ? Number(text) : text)
const bool: Parser = (text) => text === 't'
const json: Parser = (text) => JSON.parse(text) as Value
/** `2026-11-21 10:35:04.123456+00` in ISO 8601; `infinity` stays. The session is in UTC. */
const time: Parser = (text) => text.replace(' ', 'T').replace(/\+00$/, 'Z')
const plain: Parser = (text) => text

/** By type oid (catalog pg_type); the second number is the oid of its array. */
const PARSERS: readonly (readonly [oid: number, arrayOid: number, Parser])[] = [
  [16, 1000, bool],
  [20, 1016, integer],
  [21, 1005, integer],
  [23, 1007, integer],
  [25, 1009, plain],
  [26, 1028, integer],
  [114, 199, json],
  [700, 1021, float],
  [701, 1022, float],
  [1043, 1015, plain],
  [1082, 1182, plain],
  [1114, 1115, time],
  [1184, 1185, time],
  [1700, 1231, numeric],
  [2950, 2951, plain],
  [3802, 3807, json],
]

type ArrayParser = { create(text: string, parse: Parser): { parse(): Value } }

export function typesConfig(arrayParser: ArrayParser): CustomTypesConfig {
  const table = new Map<number, Parser>()
  for (const [oid, arrayOid, parse] of PARSERS) {
    table.set(oid, parse)
    table.set(arrayOid, (text) => arrayParser.create(text, parse).parse())
  }
  return { getTypeParser: (oid: number) => table.get(oid) ?? plain }
}

/** For digests: one text per value, the same in every engine. */
export const RAW_TYPES: CustomTypesConfig = {
  getTypeParser: (oid: number) =>
    oid === 16 ? (text: string) => (text === 't' ? '1' : '0') : plain,
}
