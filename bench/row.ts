/** One line of the table: what was measured, against what floor, and the goal. */
import type { Pair } from './pair.ts'

export type Row = {
  what: string
  floor: string
  goal: string
  result: Pair | { notMeasured: string } | { growth: string }
}

export const measured = (what: string, floor: string, goal: string) => ({
  as: (result: Row['result']): Row => ({ what, floor, goal, result }),
})

const ms = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0))

function line({ what, floor, goal, result }: Row): string[] {
  if ('notMeasured' in result) return [what, floor, goal, `not measured: ${result.notMeasured}`, '']
  if ('growth' in result) return [what, floor, goal, result.growth, '']
  const { ratio, low, high, a, b, n } = result
  return [
    what,
    floor,
    goal,
    `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)}, n=${n})`,
    `${ms(a)} / ${ms(b)} ms`,
  ]
}

/** A Markdown table, aligned for a terminal. */
export function table(rows: readonly Row[]): string {
  const lines = [
    ['measured', 'floor', 'goal', 'ratio: median (spread)', 'median times'],
    ...rows.map(line),
  ]
  const width = (column: number) => Math.max(...lines.map((cells) => (cells[column] ?? '').length))
  const draw = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(width(column))).join(' | ')} |`
  const [head = [], ...body] = lines
  return [
    draw(head),
    `|${head.map((_, column) => '-'.repeat(width(column) + 2)).join('|')}|`,
    ...body.map(draw),
  ].join('\n')
}
