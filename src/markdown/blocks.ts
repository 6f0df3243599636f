/** What stands in a section: blocks with their lines in the file, which count from 1. */

export type Cell = {
  text: string
  /** Where it begins in its line, from 1. */
  column: number
}
export type Row = { line: number; cells: Cell[] }
export type Item = {
  line: number
  /** Its first paragraph, without bullet and box. */
  text: string
  /** Absent: it has no box to tick. */
  checked?: boolean
  /** What follows its first paragraph. */
  blocks: Block[]
}
type Paragraph = { type: 'paragraph'; line: number; endLine: number; text: string }
export type List = {
  type: 'list'
  line: number
  endLine: number
  ordered: boolean
  items: Item[]
}
export type Table = {
  type: 'table'
  line: number
  endLine: number
  header: string[]
  rows: Row[]
}
export type Code = { type: 'code'; line: number; endLine: number; info: string; text: string }
export type Quote = { type: 'quote'; line: number; endLine: number; blocks: Block[] }
type Html = { type: 'html'; line: number; endLine: number; text: string }
type Rule = { type: 'rule'; line: number; endLine: number }
export type Block = Paragraph | List | Table | Code | Quote | Html | Rule
