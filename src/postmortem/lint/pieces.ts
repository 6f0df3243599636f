/** The prose of a report, piece by piece: paragraphs, items, cells and titles, each with its place. */
import type { Block } from '../../markdown/blocks.ts'
import { placeIn, type Document, type Section } from '../../markdown/document.ts'
import { blankCode } from './blank.ts'
import type { Position } from './finding.ts'

export type Piece = {
  kind: 'paragraph' | 'item' | 'cell' | 'title'
  /** Code, addresses and comments are blanks; as long as `raw`. */
  text: string
  raw: string
  section: Section
  line: number
  /** In a block quote: somebody else's words. */
  quoted: boolean
  at: (index: number) => Position
}

/** Its lines; a line break of HTML, blank in `text`, ends one, too. */
export const linesOfPiece = ({ text, raw }: Piece): { start: number; text: string }[] => {
  const ends = [...raw.matchAll(/\n|<br ?\/?>/gi)]
  return [...ends, undefined].map((end, index) => {
    const before = ends[index - 1]
    const start = before === undefined ? 0 : before.index + before[0].length
    return { start, text: text.slice(start, end?.index) }
  })
}

export const piecesOf = (document: Document): Piece[] =>
  document.sections.flatMap((section) => [
    ...(section.level === 0 ? [] : [titleOf(section)]),
    ...section.blocks.flatMap((block) => inBlock({ document, section, quoted: false }, block)),
  ])

type Where = { document: Document; section: Section; quoted: boolean }

const titleOf = (section: Section): Piece => ({
  kind: 'title',
  text: blankCode(section.title),
  raw: section.title,
  section,
  line: section.line,
  quoted: false,
  at: () => ({ line: section.line, column: 1 }),
})

const inBlock = (where: Where, block: Block): Piece[] => {
  switch (block.type) {
    case 'paragraph':
      return [prose(where, 'paragraph', block)]
    case 'list':
      return block.items.flatMap((item) => [
        prose(where, 'item', item),
        ...item.blocks.flatMap((inner) => inBlock(where, inner)),
      ])
    case 'table':
      return block.rows.flatMap(({ line, cells }) =>
        cells.map(({ text, column }) => ({
          ...prose(where, 'cell', { line, text }),
          at: (index: number) => ({ line, column: column + index }),
        })),
      )
    case 'quote':
      return block.blocks.flatMap((inner) => inBlock({ ...where, quoted: true }, inner))
    case 'code':
    case 'html':
    case 'rule':
      return []
  }
}

const prose = (
  { document, section, quoted }: Where,
  kind: Piece['kind'],
  part: { line: number; text: string },
): Piece => ({
  kind,
  text: blankCode(part.text),
  raw: part.text,
  section,
  line: part.line,
  quoted,
  at: placesIn(document, part),
})

/** Each line of the text is looked up once: a line of a thousand findings stays cheap. */
const placesIn = (
  document: Document,
  part: { line: number; text: string },
): ((index: number) => Position) => {
  let starts: { index: number; place: Position }[] | undefined
  return (index) => {
    starts ??= lineStarts(document, part)
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle]?.index ?? 0) <= index) low = middle
      else high = middle - 1
    }
    const start = starts[low]
    const { line, column } = start?.place ?? { line: part.line, column: 1 }
    return { line, column: column + index - (start?.index ?? 0) }
  }
}

const lineStarts = (
  document: Document,
  part: { line: number; text: string },
): { index: number; place: Position }[] => {
  let next = 0
  return part.text.split('\n').map((text, n) => {
    const index = next
    next += text.length + 1
    return { index, place: placeIn(document, { line: part.line + n, text }, 0) }
  })
}

/** Every match of a global pattern in pieces, with its place. Most pieces have none: asked first. */
export const matchesIn = (
  pieces: readonly Piece[],
  pattern: RegExp,
  see: (text: string) => string = (text) => text,
): { piece: Piece; match: RegExpExecArray; line: number; column: number }[] => {
  const once = new RegExp(pattern.source, pattern.flags.replace('g', ''))
  return pieces
    .filter(({ text }) => once.test(text))
    .flatMap((piece) =>
      [...see(piece.text).matchAll(pattern)].map((match) => ({
        piece,
        match,
        ...piece.at(match.index),
      })),
    )
}
