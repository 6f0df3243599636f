/** One mark: its shape with its number, the words beside it, all of its text where a mouse rests. */
import { MARGIN, ROW, LANE_HEAD, WIDTH } from './layout.ts'
import type { Mark } from './mark.ts'
import { POINT } from './extent.ts'
import type { PlacedMark } from './place-lane.ts'
import { tornBar } from './draw-axis.ts'
import { drawText } from './draw-text.ts'
import type { Scale } from './scale.ts'
import { px, xmlText } from './xml.ts'

const BAR = 18

export const BARS: ReadonlySet<Mark['shape']> = new Set(['step', 'undo', 'wait', 'command'])

export const styleOf = ({ shape, outcome }: Pick<Mark, 'shape' | 'outcome'>): string => {
  if (shape === 'undo' && (outcome === undefined || outcome === 'succeeded')) return 'undo'
  return outcome === undefined ? 'plain' : outcome.replace(' ', '-')
}

export const drawMark = (mark: PlacedMark, laneY: number, scale: Scale): string => {
  const y = laneY + LANE_HEAD + mark.row * ROW + ROW / 2
  const { words: side, textX } = mark
  const end = side === 'inside' ? mark.x1 : WIDTH - MARGIN
  const words = drawText({
    x: textX,
    y: y + 4.5,
    text: mark.text,
    width: side === 'before' ? textX - MARGIN : end - textX,
    before: side === 'before',
    style: side === 'inside' ? 'inside' : 'halo',
  })
  const isBar = mark.x1 - mark.x0 > POINT + 1
  const center = (mark.x0 + mark.x1) / 2
  const many = mark.shape === 'many' ? -1.5 : 0
  const at = isBar ? Math.min(center, mark.x0 + 14) : center + many
  const number = `<text class="n" x="${px(at)}" y="${px(y + 4 - many / 2)}">${mark.n}</text>`
  const shape = isBar ? drawBar(mark, y) : drawPoint(mark.shape, center, y)
  const torn = isBar
    ? tornBar({ x0: mark.x0, x1: mark.x1, y: y - BAR / 2, height: BAR }, scale)
    : ''
  const title = `<title>${xmlText(`${mark.n}. ${mark.says}`)}</title>`
  return `<g class="${styleOf(mark)}">${title}${shape}${torn}${number}${words}</g>`
}

/** The end that is not on record stays open. */
const drawBar = (
  mark: Pick<PlacedMark, 'x0' | 'x1' | 'open' | 'shape' | 'outcome'>,
  y: number,
): string => {
  const { x0, x1 } = mark
  const top = y - BAR / 2
  const body =
    mark.open === true
      ? `path d="M${px(x1)} ${px(top)}H${px(x0)}v${BAR}H${px(x1)}"`
      : mark.shape === 'undo'
        ? `path d="M${px(x0)} ${px(y)}l7 ${-BAR / 2}H${px(x1)}v${BAR}H${px(x0 + 7)}z"`
        : `rect x="${px(x0)}" y="${px(top)}" width="${px(x1 - x0)}" height="${BAR}" rx="${mark.shape === 'command' ? 0 : 3}"`
  const pattern = patternOf(mark)
  const filled = pattern === undefined ? '' : `<${body} fill="url(#hw-${pattern})"/>`
  return `<${body} class="shape"/>${filled}`
}

/** As the legend shows it, whatever its length. */
export const drawSymbol = (
  mark: Pick<Mark, 'shape' | 'outcome'>,
  { x, y, width }: { x: number; y: number; width: number },
): string => {
  if (!BARS.has(mark.shape)) return drawPoint(mark.shape, x, y)
  const ends = { x0: x - width / 2, x1: x + width / 2 }
  return drawBar({ ...mark, ...ends, ...(mark.outcome === 'not ended' ? { open: true } : {}) }, y)
}

/** What color says, for those who do not see it. */
const patternOf = ({ shape, outcome }: Pick<Mark, 'shape' | 'outcome'>): string | undefined => {
  if (outcome === 'failed') return 'failed'
  if (outcome === 'unknown' || outcome === 'not ended') return 'unknown'
  return shape === 'undo' ? 'undo' : undefined
}

const R = POINT / 2 - 1

const drawPoint = (shape: Mark['shape'], x: number, y: number): string =>
  (POINTS[shape] ?? square)(px(x), px(y), { x, y })

type Drawer = (x: string, y: string, at: { x: number; y: number }) => string

const path = (d: string): string => `<path class="shape" d="${d}"/>`

const square: Drawer = (_x, _y, { x, y }) =>
  `<rect class="shape" x="${px(x - R + 1)}" y="${px(y - R + 1)}" width="${2 * R - 2}" height="${2 * R - 2}" rx="4"/>`

const D = R + 1

const POINTS: Partial<Record<Mark['shape'], Drawer>> = {
  note: (x, y) => `<circle class="shape" cx="${x}" cy="${y}" r="${R - 0.5}"/>`,
  moment: (x, y) => path(`M${x} ${y}m0 ${-D}l${D} ${D}l${-D} ${D}l${-D} ${-D}z`),
  finding: (x, y) =>
    path(
      `M${x} ${y}m${-R / 2} ${1 - R}h${R}l${R / 2} ${R - 1}l${-R / 2} ${R - 1}h${-R}l${-R / 2} ${1 - R}z`,
    ),
  end: (x, y) =>
    path(
      `M${x} ${y}m${-R} ${-R}h${2 * R}v${2 * R}h${-2 * R}zm3 3h${2 * R - 6}v${2 * R - 6}h${6 - 2 * R}z`,
    ),
  many: (x, y) =>
    path(`M${x} ${y}m${3 - R} ${-R - 1}h${2 * R - 3}v${2 * R - 3}h${3 - 2 * R}z`) +
    path(`M${x} ${y}m${-R} ${2 - R}h${2 * R - 3}v${2 * R - 3}h${3 - 2 * R}z`),
}
