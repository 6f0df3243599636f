/**
 * A Markdown text as sections of blocks, each with its lines in the file. Read from the block tokens
 * of markdown-it; inline Markdown stays as it was written. Lines count from 1.
 */
import type { Block } from './blocks.ts'
import { readBlocks } from './read-blocks.ts'
import { blockTokens, textOfHeading } from './tokens.ts'

export type Section = {
  /** 0: what stands before the first heading. */
  level: number
  title: string
  /** The line of the heading; of level 0 the first line. */
  line: number
  /** The last line before the next heading of any level. */
  endLine: number
  /** The titles that lead here, its own last. */
  path: string[]
  blocks: Block[]
}
export type Document = {
  sections: Section[]
  /** The source, by line; `lines[0]` is the line `firstLine` of the file. */
  lines: string[]
  firstLine: number
}

/** `firstLine`: the line of the file on which `text` begins, where it is a part of one. */
export const readDocument = (text: string, options: { firstLine?: number } = {}): Document => {
  const firstLine = options.firstLine ?? 1
  const lines = text.split(/\r\n|\r|\n/)
  const tokens = blockTokens(text)
  const lastLine = firstLine + lines.length - 1
  const first = { level: 0, title: '', line: firstLine, endLine: lastLine, path: [], blocks: [] }
  const sections: Section[] = [first]
  let at = 0
  while (at < tokens.length) {
    const token = tokens[at]
    if (token === undefined) break
    const last = sections.at(-1) ?? first
    if (token.type === 'heading_open') {
      const level = Number(token.tag.slice(1))
      const line = firstLine + (token.map?.[0] ?? 0)
      last.endLine = line - 1
      const title = textOfHeading(tokens, at)
      const path = [...pathTo(sections, level), title]
      sections.push({ level, title, line, endLine: lastLine, path, blocks: [] })
      at += 3
      continue
    }
    const read = readBlocks({ tokens, lines, firstLine }, at)
    last.blocks.push(...read.blocks)
    at = read.next
  }
  return { sections, lines, firstLine }
}

/** Titles of the open sections above a heading of this level. */
const pathTo = (sections: readonly Section[], level: number): string[] => {
  for (let index = sections.length - 1; index > 0; index -= 1) {
    const section = sections[index]
    if (section === undefined) break
    if (section.level < level) return section.path
    // The path of a sibling holds its parents: no need to walk over all siblings.
    if (section.level === level) return section.path.slice(0, -1)
  }
  return []
}

/** Line and column in the file of a place in the text of a block or item that begins on `line`. */
export const placeIn = (
  { lines, firstLine }: Document,
  part: { line: number; text: string },
  index: number,
): { line: number; column: number } => {
  const before = part.text.slice(0, index)
  const start = before.lastIndexOf('\n') + 1
  const line = part.line + (before.match(/\n/g) ?? []).length
  const source = lines[line - firstLine] ?? ''
  const end = part.text.indexOf('\n', start)
  const written = part.text.slice(start, end === -1 ? undefined : end)
  const offset = Math.max(0, source.indexOf(written))
  return { line, column: offset + index - start + 1 }
}
