/** A report as the rules see it: its head, its sections, its prose, read once. */
import type { Issue } from '../../errors.ts'
import type { Block } from '../../markdown/blocks.ts'
import { readDocument, type Document, type Section } from '../../markdown/document.ts'
import { dayOfDocument, zoneOfDocument } from '../../markdown/stated.ts'
import type { Path } from '../../runbook/yaml/problems.ts'
import { parseFrontMatter, splitHead } from '../front-matter/parse-front-matter.ts'
import { isImportedPart } from '../imported-part.ts'
import type { FrontMatter } from '../front-matter/schema.ts'
import type { Position } from './finding.ts'
import { piecesOf, type Piece } from './pieces.ts'
import { placeMarked } from '../to-write.ts'

export type LintDocument = {
  file: string
  /** Of the file; `lines[0]` is line 1. */
  lines: readonly string[]
  /** Of hotwash; undefined: there is none, or it has errors. */
  head: FrontMatter | undefined
  headIssues: readonly Issue[]
  /** Of a field of the head. */
  placeOf: (path: Path) => Position
  /** hotwash has written it: it cites the log. */
  rendered: boolean
  /** It has a head of hotwash, which may have errors. */
  own: boolean
  /** From this line on it is the document that was imported; Infinity: there is none. */
  importedFrom: number
  body: Document
  pieces: readonly Piece[]
  bySection: ReadonlyMap<Section, readonly Piece[]>
  byLine: ReadonlyMap<number, readonly Piece[]>
  /** Lines of the body with marks of places that wait for a person's words, by the place's name. */
  asks: ReadonlyMap<string, readonly number[]>
  /** Those of tables, by line. */
  cells: ReadonlyMap<number, readonly Piece[]>
  /** Lines of code, in which nothing means what it says. */
  codeLines: ReadonlySet<number>
  /** The day that it is about, and the zone of its times, as far as it says so. */
  day: string | undefined
  zone: string | undefined
  /** Where to put what is about the whole: the first heading. */
  start: Position
}

export const lintDocument = (source: string, file: string): LintDocument => {
  const text = source.replace(/^\uFEFF/, '')
  const split = splitHead(text)
  // The head of another tool has other fields; it is nobody's fault.
  const own = split !== undefined && /^hotwash[ \t]*:/m.test(split.yaml)
  const parsed = own ? parseFrontMatter(text, file) : undefined
  const body = readDocument(split?.body ?? text, { firstLine: split?.bodyLine ?? 1 })
  const title = body.sections.find(({ level }) => level > 0)
  const start = { line: title?.line ?? split?.bodyLine ?? 1, column: 1 }
  const pieces = piecesOf(body)
  const codeLines = new Set(body.sections.flatMap(({ blocks }) => codeIn(blocks)))
  return {
    file,
    lines: text.split(/\r\n|\r|\n/),
    head: parsed?.head,
    headIssues: parsed?.issues ?? [],
    placeOf: parsed?.placeOf ?? (() => start),
    own,
    importedFrom: own ? (body.sections.find(isImportedPart)?.line ?? Infinity) : Infinity,
    rendered: own && /^rendered_by[ \t]*:/m.test(split.yaml),
    body,
    pieces,
    bySection: Map.groupBy(pieces, ({ section }) => section),
    byLine: Map.groupBy(pieces, ({ line }) => line),
    asks: asksIn(body, codeLines),
    cells: Map.groupBy(
      pieces.filter(({ kind }) => kind === 'cell'),
      ({ line }) => line,
    ),
    codeLines,
    day: dayOfDocument(body),
    zone: zoneOfDocument(body),
    start,
  }
}

const asksIn = (
  { lines, firstLine }: Document,
  code: ReadonlySet<number>,
): Map<string, number[]> => {
  const asks = new Map<string, number[]>()
  lines.forEach((line, index) => {
    const place = placeMarked(line)
    if (place === undefined || code.has(firstLine + index)) return
    const known = asks.get(place)
    if (known === undefined) asks.set(place, [firstLine + index])
    else known.push(firstLine + index)
  })
  return asks
}

const codeIn = (blocks: readonly Block[]): number[] =>
  blocks.flatMap((block) => {
    if (block.type === 'list') return block.items.flatMap((item) => codeIn(item.blocks))
    if (block.type === 'quote') return codeIn(block.blocks)
    if (block.type !== 'code') return []
    return Array.from({ length: block.endLine - block.line + 1 }, (_, index) => block.line + index)
  })
