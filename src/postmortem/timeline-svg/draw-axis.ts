/** What lies behind and above the lanes: the axis, days and gaps. */
import { durationInWords } from '../../incident/duration.ts'
import { drawText } from './draw-text.ts'
import { MARGIN, WIDTH, type Layout } from './layout.ts'
import type { Scale, Stretch } from './scale.ts'
import { midnights, ticksOf } from './ticks.ts'
import { px, xmlText } from './xml.ts'

export const SMALL = 12
const AXIS = { font: SMALL, left: MARGIN, right: WIDTH - MARGIN }

/** Vertical lines through all lanes; drawn first. */
export const drawGrid = ({ scale }: Layout, top: number, bottom: number): string => {
  const line = (style: string, x: number): string =>
    `<path class="${style}" d="M${px(x)} ${px(top)}V${px(bottom)}"/>`
  return [
    ...ticksOf(scale, AXIS).map(({ x }) => line('grid', x)),
    ...midnights(scale).map((x) => line('midnight', x)),
  ].join('')
}

export const drawAxis = ({ scale }: Layout, y: number): string => {
  const ticks = ticksOf(scale, AXIS).map(({ x, center, label, date, dateX }) => {
    const day =
      date === undefined
        ? ''
        : drawText({ x: dateX, y: y + 12, text: date, size: SMALL, width: 200, style: 'small' })
    const time = `<text class="small mid" x="${px(center)}" y="${px(y + 29)}">${label}</text>`
    return `${day}${time}<path class="rule" d="M${px(x)} ${px(y + 33)}v5"/>`
  })
  const rule = `<path class="rule" d="M${MARGIN} ${px(y + 38)}H${WIDTH - MARGIN}"/>`
  return `${ticks.join('')}${rule}`
}

/** Behind the marks: what spans a gap is torn where it is drawn. */
export const drawGaps = (scale: Scale, top: number, bottom: number): string =>
  scale.gaps
    .map((gap) => {
      const words = durationInWords(gap.to - gap.from)
      const title = `<title>${xmlText(`${words} in which nothing is on record; not drawn to scale`)}</title>`
      const text = `<text class="small mid" x="${px((gap.x0 + gap.x1) / 2)}" y="${px(top - 5)}">${words}</text>`
      return `<g>${title}${text}${drawTear(gap, top, bottom)}</g>`
    })
    .join('')

/** Paper with two torn edges. */
const drawTear = ({ x0, x1 }: Stretch, top: number, bottom: number): string => {
  const box = `x="${px(x0)}" y="${px(top)}" width="${px(x1 - x0)}" height="${px(bottom - top)}"`
  return `<rect class="gap" ${box}/>${tear(x0, top, bottom)}${tear(x1, top, bottom)}`
}

/** What goes on over a gap is torn there: its length is not to scale. */
export const tornBar = (
  { x0, x1, y, height }: { x0: number; x1: number; y: number; height: number },
  { gaps }: Scale,
): string =>
  gaps
    .filter((gap) => x0 < gap.x0 && gap.x1 < x1)
    .map((gap) => drawTear(gap, y - 3, y + height + 3))
    .join('')

/** A zigzag from top to bottom, with teeth of one size. */
const tear = (x: number, top: number, bottom: number): string => {
  const teeth = Math.max(1, Math.round((bottom - top) / 12))
  const step = (bottom - top) / teeth
  const line = Array.from({ length: teeth }, () => `l3 ${px(step / 2)}l-3 ${px(step / 2)}`)
  return `<path class="tear" d="M${px(x)} ${px(top)}${line.join('')}"/>`
}
