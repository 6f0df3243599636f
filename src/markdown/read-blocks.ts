/** Block tokens to blocks. Walks the flat list once; nesting is bounded by markdown-it (100 levels). */
import type { Block, Item, List, Quote, Row, Table } from './blocks.ts'
import { cellsOf } from './table-cells.ts'
import type { Token } from './tokens.ts'
import { textOfHeading } from './tokens.ts'

type Source = { tokens: readonly Token[]; lines: readonly string[]; firstLine: number }
type Read<T> = { read: T; next: number }

const BOX = /^\[([ xX])\](?:\s+|$)/

/** The block that begins at `at`, and the token after it. Empty for what holds nothing. */
export const readBlocks = (source: Source, at: number): { blocks: Block[]; next: number } => {
  const token = source.tokens[at]
  if (token === undefined) return { blocks: [], next: at + 1 }
  const place = placeOf(source, token)
  switch (token.type) {
    case 'paragraph_open':
    case 'heading_open': {
      const text =
        token.type === 'heading_open'
          ? textOfHeading(source.tokens, at)
          : (source.tokens[at + 1]?.content ?? '')
      return { blocks: text === '' ? [] : [{ type: 'paragraph', ...place, text }], next: at + 3 }
    }
    case 'bullet_list_open':
    case 'ordered_list_open': {
      const { read, next } = readItems(source, at + 1)
      const ordered = token.type === 'ordered_list_open'
      const list: List = { type: 'list', ...place, ordered, items: read }
      return { blocks: [list], next }
    }
    case 'blockquote_open': {
      const { read, next } = readInside(source, at + 1, 'blockquote_close')
      const quote: Quote = { type: 'quote', ...place, blocks: read }
      return { blocks: [quote], next }
    }
    case 'table_open': {
      const { read, next } = readTable(source, at + 1)
      return { blocks: [{ type: 'table', ...place, ...read }], next }
    }
    case 'fence':
    case 'code_block': {
      const { info, content: text } = token
      return { blocks: [{ type: 'code', ...place, info: info.trim(), text }], next: at + 1 }
    }
    case 'html_block':
      return { blocks: [{ type: 'html', ...place, text: token.content }], next: at + 1 }
    case 'hr':
      return { blocks: [{ type: 'rule', ...place }], next: at + 1 }
    default:
      return { blocks: [], next: at + 1 }
  }
}

const placeOf = (
  { lines, firstLine }: Source,
  token: Token | undefined,
): { line: number; endLine: number } => {
  const [start, end] = token?.map ?? [0, 1]
  let last = Math.max(start, end - 1)
  // Lists and quotes end with the blank lines after them.
  while (last > start && lines[last]?.trim() === '') last -= 1
  return { line: firstLine + start, endLine: firstLine + last }
}

const readInside = (source: Source, from: number, close: string): Read<Block[]> => {
  const read: Block[] = []
  let at = from
  while (at < source.tokens.length && source.tokens[at]?.type !== close) {
    const { blocks, next } = readBlocks(source, at)
    read.push(...blocks)
    at = next
  }
  return { read, next: at + 1 }
}

const readItems = (source: Source, from: number): Read<Item[]> => {
  const read: Item[] = []
  let at = from
  while (source.tokens[at]?.type === 'list_item_open') {
    const { line } = placeOf(source, source.tokens[at])
    const inside = readInside(source, at + 1, 'list_item_close')
    read.push(itemOf(line, inside.read))
    at = inside.next
  }
  return { read, next: at + 1 }
}

const itemOf = (line: number, inside: readonly Block[]): Item => {
  const [first, ...rest] = inside
  if (first?.type !== 'paragraph' || first.line !== line) {
    return { line, text: '', blocks: [...inside] }
  }
  const box = BOX.exec(first.text)
  if (box === null) return { line, text: first.text, blocks: rest }
  const text = first.text.slice(box[0].length)
  return { line, text, checked: box[1] !== ' ', blocks: rest }
}

/** Cells come from the source line: markdown-it drops those that the header has no column for. */
const readTable = (source: Source, from: number): Read<Pick<Table, 'header' | 'rows'>> => {
  let header: string[] = []
  const rows: Row[] = []
  let at = from
  let inHead = false
  for (; at < source.tokens.length; at += 1) {
    const token = source.tokens[at]
    if (token?.type === 'table_close') break
    if (token?.type === 'thead_open') inHead = true
    if (token?.type === 'thead_close') inHead = false
    if (token?.type !== 'tr_open' || token.map === null) continue
    const cells = cellsOf(source.lines[token.map[0]] ?? '')
    if (inHead) header = cells.map(({ text }) => text)
    else rows.push({ line: source.firstLine + token.map[0], cells })
  }
  return { read: { header, rows }, next: at + 1 }
}
