/**
 * `<!-- hotwash-waive RULE: reason -->` accepts what a rule finds in the next line, in the same
 * paragraph, item or row, or in the block that follows. In the head, the same behind a `#`.
 */
import { closest } from '../../runbook/did-you-mean.ts'
import type { Block } from '../../markdown/blocks.ts'
import { blankComments } from './blank.ts'
import type { Found, Position } from './finding.ts'
import type { LintDocument } from './lint-document.ts'

export type Waiver = Position & {
  rule: string
  reason: string
  /** The lines that it is good for. */
  from: number
  to: number
}

const WAIVER = /<!--[ \t]*hotwash-waive\b([^\n]{0,1000}?)-->/g
const PARTS = /^[ \t]*([A-Za-z0-9_-]{1,80})?[ \t]*(?::[ \t]*(.*?))?[ \t]*$/

export const waiversIn = (document: LintDocument): Waiver[] => {
  const ranges = document.body.sections.flatMap(({ blocks }) => blocks.flatMap(rangesOf))
  const code = ranges.filter(({ code }) => code)
  return document.lines.flatMap((raw, index) => {
    if (!raw.includes('hotwash-waive')) return []
    const line = index + 1
    if (code.some(({ from, to }) => from <= line && line <= to)) return []
    const cover = coverOf(ranges, { line, alone: isAlone(raw) })
    return [...raw.replace(/`+[^`\n]*`+/g, blanks).matchAll(WAIVER)].map((match) => {
      const [, rule = '', reason = ''] = PARTS.exec(match[1] ?? '') ?? []
      return {
        rule,
        reason,
        line,
        column: match.index + 1,
        ...cover,
      }
    })
  })
}

const blanks = (part: string): string => ' '.repeat(part.length)

type Range = { from: number; to: number; code?: true }

/** Of paragraphs, items and rows; of blocks that hold no such parts as a whole. */
const rangesOf = (block: Block): Range[] => {
  const whole = { from: block.line, to: block.endLine }
  if (block.type === 'table')
    return [whole, ...block.rows.map(({ line }) => ({ from: line, to: line }))]
  if (block.type === 'quote') return [whole, ...block.blocks.flatMap(rangesOf)]
  if (block.type === 'code') return [{ ...whole, code: true }]
  if (block.type !== 'list') return [whole]
  const items = block.items.map(({ line }, index) => ({
    from: line,
    to: (block.items[index + 1]?.line ?? block.endLine + 1) - 1,
  }))
  return [
    whole,
    ...items,
    ...block.items.flatMap(({ blocks }) => blocks.flatMap((inner) => rangesOf(inner))),
  ]
}

/** A line that holds nothing but comments. */
const isAlone = (raw: string): boolean => /^[\s#>]*$/.test(blankComments(raw))

/** The smallest part around the waiver, and the largest that begins right after it. */
const coverOf = (
  ranges: readonly Range[],
  { line, alone }: { line: number; alone: boolean },
): { from: number; to: number } => {
  const size = ({ from, to }: Range): number => to - from
  const around = ranges
    .filter(({ from, to }) => from <= line && line <= to)
    .toSorted((a, b) => size(a) - size(b))[0]
  const next = ranges
    .filter(({ from }) => from === line + 1 || from === line + 2)
    .toSorted((a, b) => a.from - b.from || size(b) - size(a))[0]
  // In a row or item the waiver means just that; on a line of its own also what follows.
  const to = Math.max(around?.to ?? line, alone ? Math.max(line + 1, next?.to ?? 0) : line)
  return { from: Math.min(line, around?.from ?? line), to }
}

/** What is wrong with the waivers themselves; `used`: those that waived something. */
export const waiverProblems = (
  waivers: readonly Waiver[],
  used: ReadonlySet<Waiver>,
  rules: readonly string[],
): { rule: string; found: Found }[] =>
  waivers.flatMap((waiver) => {
    const { rule, reason, line, column } = waiver
    const found = (id: string, message: string) => ({ rule: id, found: { line, column, message } })
    if (!rules.includes(rule)) {
      const meant = closest(rule, rules)
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`
      return [found('waiver-unused', `there is no rule ${rule || 'without a name'}${hint}`)]
    }
    if (reason === '') return [found('waiver-reason', `${rule} is waived without a reason`)]
    return used.has(waiver)
      ? []
      : [found('waiver-unused', `this waives nothing: ${rule} finds nothing here`)]
  })
