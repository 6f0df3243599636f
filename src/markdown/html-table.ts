/**
 * Tables that stand in a document as HTML, as wikis export them. Tolerant: what is never closed ends
 * with the next of its kind. Merged cells are repeated downwards, and empty to the right.
 */
import type { Table } from './blocks.ts'
import { decodeEntity } from './tokens.ts'

type RawCell = { text: string; header: boolean; across: number; down: number }
type RawRow = { line: number; cells: RawCell[] }

/** `colspan="1000000"` is an attack, no table. */
const MOST_SPAN = 50
const TAG = /<(\/?)(table|tr|td|th)\b([^<>]{0,2000})>/gi

type Html = { line: number; text: string }

const kept = new WeakMap<Html, Table[]>()

/** Of one block. It is asked for several times. */
export const tablesInHtml = (html: Html): Table[] => {
  const before = kept.get(html)
  if (before !== undefined) return before
  const tables = rawTables(html.text, html.line)
    .filter((rows) => rows.length > 0)
    .map(tableOf)
  kept.set(html, tables)
  return tables
}

const rawTables = (html: string, firstLine: number): RawRow[][] => {
  // A table that an empty line broke apart goes on without a beginning.
  const tables: RawRow[][] = [[]]
  let line = firstLine
  let seen = 0
  let row: RawRow | undefined
  const tags = [...html.matchAll(TAG)]
  for (const [
    index,
    { 0: whole, 1: closing, 2: name = '', 3: rest = '', index: at },
  ] of tags.entries()) {
    line += html.slice(seen, at).split('\n').length - 1
    seen = at
    const tag = name.toLowerCase()
    if (tag === 'table') tables.push([])
    if (tag === 'table' || (tag === 'tr' && closing !== '')) row = undefined
    if (closing !== '' || tag === 'table') continue
    if (tag === 'tr') {
      row = { line, cells: [] }
      tables.at(-1)?.push(row)
      continue
    }
    const text = textOf(html.slice(at + whole.length, tags[index + 1]?.index ?? html.length))
    const [across, down] = [span(rest, ACROSS), span(rest, DOWN)]
    row?.cells.push({ text, header: tag === 'th', across, down })
  }
  return tables.map((rows) => rows.filter(({ cells }) => cells.length > 0))
}

const ACROSS = /\bcolspan\s{0,9}=\s{0,9}["']?(\d{1,6})/i
const DOWN = /\browspan\s{0,9}=\s{0,9}["']?(\d{1,6})/i

const span = (attributes: string, form: RegExp): number =>
  Math.min(MOST_SPAN, Math.max(1, Number(form.exec(attributes)?.[1] ?? 1)))

const tableOf = (raw: RawRow[]): Table => {
  const [first, ...others] = raw
  const titled = others.length > 0 && first?.cells.every(({ header }) => header) === true
  const whole = spread(raw)
  const width = whole.reduce((most, texts) => Math.max(most, texts.length), 0)
  const rows = raw.map(({ line }, index) => ({
    line,
    cells: (whole[index] ?? []).map((text) => ({ text, column: 1 })),
  }))
  return {
    type: 'table',
    line: first?.line ?? 1,
    endLine: raw.at(-1)?.line ?? 1,
    header: Array.from({ length: width }, (_, index) => (titled && whole[0]?.[index]) || ''),
    rows: titled ? rows.slice(1) : rows,
  }
}

/** The texts of each row, with those that reach into it from above. */
const spread = (raw: readonly RawRow[]): string[][] => {
  const above: { text: string; rows: number }[] = []
  return raw.map(({ cells }) => {
    const texts: string[] = []
    const fill = (): void => {
      for (let from = above[texts.length]; from !== undefined && from.rows > 0;) {
        from.rows -= 1
        texts.push(from.text)
        from = above[texts.length]
      }
    }
    for (const { text, across, down } of cells) {
      fill()
      for (let index = 0; index < across; index += 1) {
        const own = index === 0 ? text : ''
        above[texts.length] = { text: own, rows: down - 1 }
        texts.push(own)
      }
    }
    fill()
    return texts
  })
}

/** What a reader sees of it, on one line. */
export const textOf = (html: string): string =>
  withoutComments(html)
    .replace(/<(?:\/p|\/li|\/div|br\s?\/?)>/gi, ' ')
    .replace(/<[/!?a-z][^<>]{0,2000}>/gi, '')
    .replace(/&#?\w{2,32};/g, decodeEntity)
    .replace(/\s+/g, ' ')
    .trim()

/** By hand: a lazy pattern would look for the end of each of a thousand comments that have none. */
const withoutComments = (html: string): string => {
  let kept = ''
  let from = 0
  for (;;) {
    const start = html.indexOf('<!--', from)
    const end = start === -1 ? -1 : html.indexOf('-->', start + 4)
    if (end === -1) return kept + html.slice(from)
    kept += html.slice(from, start)
    from = end + 3
  }
}
