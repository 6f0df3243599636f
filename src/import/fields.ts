/** What a document says as `Label: value`: in lines, items, tables of two columns, short sections. */
import type { Block, Item } from '../markdown/blocks.ts'
import type { Document, Section } from '../markdown/document.ts'
import { tablesInHtml } from '../markdown/html-table.ts'
import { plain } from './plain.ts'

export type Field = {
  /** In small letters, without marks: `first detected`. */
  label: string
  /** One line, as written. */
  value: string
  line: number
}

const LABELLED =
  /^[\s*_>`-]{0,8}([A-Za-z][A-Za-z0-9 /()'&\u2013\u2192-]{1,40}?)[\s*_`]{0,4}:[\s*_`]{0,4}(?=\S)(.{1,2000})$/
/** `Resolved 2026-03-02 16:19`: the colon was forgotten. */
const LABELLED_DATE = /^[\s*_>-]{0,8}([A-Za-z][A-Za-z ]{2,30}?) (?=\d{4}-\d\d-\d\d \d)(.{1,60})$/

export const fieldsOf = ({ sections }: Document): Field[] =>
  sections.flatMap((section) => [...fieldOfSection(section), ...section.blocks.flatMap(fieldsIn)])

/** The field that a line is. */
const fieldOf = (text: string, line: number): Field[] => {
  const match = LABELLED_DATE.exec(text) ?? LABELLED.exec(text)
  if (match?.[1] === undefined || match[2] === undefined) return []
  return [{ label: labelOf(match[1]), value: match[2].trim(), line }]
}

export const labelOf = (text: string): string =>
  plain(text)
    .toLowerCase()
    .replace(/\([^)]{0,40}\)/g, ' ')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()

const fieldsIn = (block: Block): Field[] => {
  switch (block.type) {
    case 'paragraph':
      return fieldsOfText(block)
    case 'list':
      return block.items.flatMap(fieldsOfItem)
    case 'table':
      return fieldsOfTable(block)
    case 'quote':
      return block.blocks.flatMap(fieldsIn)
    case 'html':
      return tablesInHtml(block).flatMap(fieldsOfTable)
    case 'code':
    case 'rule':
      return []
  }
}

const fieldsOfText = ({ text, line }: { text: string; line: number }): Field[] =>
  text.split('\n').flatMap((source, index) => fieldOf(source, line + index))

const fieldsOfItem = (item: Item): Field[] => [
  ...fieldsOfText(item),
  ...item.blocks.flatMap(fieldsIn),
]

const fieldsOfTable = (table: Extract<Block, { type: 'table' }>): Field[] => {
  if (table.header.length !== 2) return []
  const pair = ([label, value]: readonly (string | undefined)[], line: number): Field[] =>
    label === undefined || value === undefined || value === '' || label.length > 45
      ? []
      : [{ label: labelOf(label), value, line }]
  return [
    ...pair(table.header, table.line),
    ...table.rows.flatMap(({ cells, line }) =>
      pair(
        cells.map(({ text }) => text),
        line,
      ),
    ),
  ]
}

/** `### Date` with a line below it. */
const fieldOfSection = ({ title, blocks, line }: Section): Field[] => {
  const [first, second] = blocks
  if (first?.type !== 'paragraph' || second !== undefined || first.text.length > 120) return []
  return [{ label: labelOf(title), value: first.text.replace(/\s+/g, ' '), line: line + 1 }]
}
