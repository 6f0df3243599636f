/** Phases as bands above the lanes; edges that are not known well are drawn as wide as they are. */
import { SMALL, tornBar } from './draw-axis.ts'
import { drawText } from './draw-text.ts'
import type { Layout } from './layout.ts'
import type { Edge, Phase } from './phases.ts'
import type { Scale } from './scale.ts'
import { textWidth } from './text-width.ts'
import { px, xmlText } from './xml.ts'

export const PHASE_ROW = 26
const BAND = 20

export const drawPhases = (
  phases: readonly Phase[],
  { scale, right }: Layout,
  y: number,
): string => {
  const rows = [...new Set(phases.map(({ row }) => row))]
  return phases
    .map((phase, index) =>
      drawPhase({
        phase,
        letter: letterOf(index),
        scale,
        right,
        y: y + rows.indexOf(phase.row) * PHASE_ROW,
      }),
    )
    .join('')
}

/** A letter leads from a phase that is too narrow for words to its row in the table. */
export const letterOf = (index: number): string => String.fromCharCode(65 + index)

type Drawn = { phase: Phase; letter: string; scale: Scale; right: number; y: number }

const drawPhase = ({ phase, letter, scale, right, y }: Drawn): string => {
  const { start, end, name, says } = phase
  const x0 = scale.x(start.at)
  const x1 = end === undefined ? right : Math.max(x0 + 3, scale.x(end.at))
  const closed = end === undefined ? '' : `V${px(y + BAND)}`
  const outline =
    end === undefined
      ? `<path class="shape" d="M${px(x1)} ${px(y)}H${px(x0)}v${BAND}H${px(x1)}"/>`
      : `<path class="shape" d="M${px(x0)} ${px(y)}H${px(x1)}${closed}H${px(x0)}z"/>`
  const edges = [start, ...(end === undefined ? [] : [end])].map((edge) => fuzzy(edge, scale, y))
  const textX = Math.max(x0, end === undefined ? x0 : Math.min(x1, scale.x(start.to)))
  const parts = partsOf(textX, x1, scale)
  const torn = tornBar({ x0, x1, y, height: BAND }, scale)
  const text = wordsOf({
    names: [
      `${letter} ${name}: ${says}`,
      `${letter} ${name}: ${says.split(',')[0]}`,
      `${letter} ${name}`,
      letter,
    ],
    parts,
  })
    .map((line) => drawText({ ...line, y: y + 14.5, size: SMALL, style: 'phase halo' }))
    .join('')
  return `<g class="${phase.row}"><title>${xmlText(`${letter}. ${name}: ${says}`)}</title>${outline}${torn}${edges.join('')}${text}</g>`
}

/** Between which times it was, where that is wide enough to be seen. */
const fuzzy = ({ from, to }: Edge, scale: Scale, y: number): string => {
  const x0 = scale.x(from)
  const x1 = scale.x(to)
  if (x1 - x0 < 4) return ''
  const box = `x="${px(x0)}" y="${px(y - 3)}" width="${px(x1 - x0)}" height="${BAND + 6}"`
  return `<rect ${box} fill="url(#hw-about)"/><rect class="fuzzy" ${box}/>`
}

type Part = { from: number; to: number }

/** Between the gaps. */
const partsOf = (from: number, to: number, { gaps }: Scale): Part[] => {
  const inside = gaps.filter(({ x0, x1 }) => x0 > from && x1 < to)
  const starts = [from, ...inside.map(({ x1 }) => x1)]
  const ends = [...inside.map(({ x0 }) => x0), to]
  return starts.map((start, index) => ({ from: start, to: ends[index] ?? to }))
}

/** The longest words that fit into a part; none where not even the letter does. */
const wordsOf = ({ names, parts }: { names: readonly string[]; parts: readonly Part[] }) => {
  for (const text of names)
    for (const { from, to } of parts) {
      const width = to - from - 12
      if (textWidth(text, { size: SMALL }) <= width)
        return [{ x: from + 7, text, width: width + 1 }]
    }
  return []
}
