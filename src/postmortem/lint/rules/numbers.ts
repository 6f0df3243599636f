/** Totals and percentages, computed again from the numbers beside them. */
import { durationInWords } from '../../../incident/duration.ts'
import type { Block } from '../../../markdown/blocks.ts'
import { durationsIn } from '../../../markdown/durations.ts'
import type { Found, Position } from '../finding.ts'
import type { LintDocument } from '../lint-document.ts'
import type { Piece } from '../pieces.ts'
import type { LintRule } from '../rule.ts'

export const sumMismatch: LintRule = {
  id: 'sum-mismatch',
  severity: 'error',
  reason: 'The total of a table is what gets quoted, and it is not the sum of its rows.',
  suggestion: 'add the rows again; say so when they overlap or when rows were left out',
  good: '| Region | Failed logins |\n| --- | --- |\n| north | 120 |\n| south | 80 |\n| Total | 200 |',
  bad: '| Region | Failed logins |\n| --- | --- |\n| north | 120 |\n| south | 80 |\n| Total | 210 |',
  check: (document) =>
    document.body.sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.type === 'table' ? sumsIn(document, block) : [])),
    ),
}

const TOTAL = /^\W*(?:grand |sub)?(?:total|sum|altogether)\b\W*$/i

const sumsIn = (document: LintDocument, table: Extract<Block, { type: 'table' }>): Found[] => {
  const rows = table.rows.map(({ line }) => document.cells.get(line) ?? [])
  const total = rows.findIndex(([first]) => first !== undefined && TOTAL.test(first.text))
  const last = rows[total]
  if (total < 2 || last === undefined || total !== rows.length - 1) return []
  return last.slice(1).flatMap((cell, index): Found[] => {
    const above = rows.slice(0, total).map((row) => row[index + 1])
    const stated = amountOf(cell.text)
    const amounts = above.flatMap((one) => (one === undefined ? [] : (amountOf(one.text) ?? [])))
    if (stated === undefined || amounts.length !== total) return []
    if (amounts.some(({ unit }) => unit !== stated.unit)) return []
    const sum = amounts.reduce((all, { value }) => all + value, 0)
    const slack = stated.step * (amounts.length / 2 + 0.5)
    const exact = amounts.every(({ step }) => step === 1) && stated.step === 1
    if (Math.abs(sum - stated.value) <= (exact ? 0.001 : slack)) return []
    // An average stands in such rows, too.
    if (stated.unit === '%' && Math.abs(sum - 100) > 2) return []
    const says = stated.unit === 'ms' ? durationInWords(sum) : round(sum)
    const also: Position[] = above.flatMap((one) => (one === undefined ? [] : [one.at(0)]))
    return [
      { ...cell.at(0), message: `the rows above add up to ${says}, not ${cell.text.trim()}`, also },
    ]
  })
}

type Amount = { value: number; unit: string; step: number }

/** A number that fills its cell; durations in ms. */
const amountOf = (cell: string): Amount | undefined => {
  const text = cell.replace(/[*_]/g, '').trim()
  const match = /^([$€£]?)(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,6})? ?(%?)$/.exec(text)
  if (match !== null) {
    const [, money = '', whole = '', fraction = '', percent = ''] = match
    const value = Number(whole.replaceAll(',', '') + fraction)
    return { value, unit: money + percent, step: fraction === '' ? 1 : 10 ** (1 - fraction.length) }
  }
  const [duration] = durationsIn(text)
  if (duration === undefined || duration.approximate || duration.text.length !== text.length)
    return undefined
  const step = duration.ms % 60_000 === 0 ? 60_000 : 1000
  return { value: duration.ms, unit: 'ms', step }
}

const round = (value: number): string => String(Math.round(value * 1000) / 1000)

export const percentMismatch: LintRule = {
  id: 'percent-mismatch',
  severity: 'error',
  reason: 'The share does not follow from the two numbers beside it: one of the three is wrong.',
  suggestion: 'compute it again: part divided by whole',
  good: 'Logins failed for 120 of 400 customers (30 %).',
  bad: 'Logins failed for 120 of 400 customers (40 %).',
  check: ({ pieces }) => pieces.flatMap(sharesIn),
}

const NUMBER = String.raw`(\d{1,3}(?:,\d{3})+|\d{1,12})`
const SHARE = String.raw`(~|about |around |approximately |roughly |nearly |almost |over )?(\d{1,3}(?:\.\d{1,4})?) ?(?:%|percent)`
const FORWARD = new RegExp(
  String.raw`(?<![\d.,/-])${NUMBER}(?: out)? of (?:the |our |all |a total of |about )?${NUMBER}(?![\d.,%]*\d)[^.()\d\n]{0,40}\(${SHARE}`,
  'g',
)
const BACKWARD = new RegExp(
  String.raw`(?<![\d.,/-])${SHARE}[^.()\d\n]{0,40}\(${NUMBER}(?: out)? (?:of|\/) (?:the |our |all |a total of )?${NUMBER}\b`,
  'g',
)

const sharesIn = (piece: Piece): Found[] => {
  if (!/%|percent/.test(piece.text)) return []
  return [
    ...[...piece.text.matchAll(FORWARD)].flatMap(
      ({ index, 1: part, 2: whole, 3: about, 4: share }) =>
        judged(piece, index, { part, whole, about, share }),
    ),
    ...[...piece.text.matchAll(BACKWARD)].flatMap(
      ({ index, 1: about, 2: share, 3: part, 4: whole }) =>
        judged(piece, index, { part, whole, about, share }),
    ),
  ]
}

type Share = Record<'part' | 'whole' | 'about' | 'share', string | undefined>

const judged = (
  piece: Piece,
  index: number,
  { part = '', whole = '', about, share = '' }: Share,
): Found[] => {
  const [some, all, stated] = [part, whole, share].map((text) => Number(text.replaceAll(',', '')))
  if (some === undefined || all === undefined || stated === undefined || all === 0 || some > all)
    return []
  const actual = (some / all) * 100
  const decimals = share.split('.')[1]?.length ?? 0
  const slack = 10 ** -decimals + (about === undefined ? 0 : Math.max(2, stated * 0.1))
  if (Math.abs(actual - stated) <= slack) return []
  return [
    {
      ...piece.at(index),
      message: `${part} of ${whole} are ${round(Math.round(actual * 10) / 10)} %, not ${share} %`,
    },
  ]
}
