/**
 * The same picture for a narrow screen: time runs downwards, a row for each mark, a column for each
 * lane. Rows are as far apart as their words need; only the order is true to time. It stands in a
 * page beside the wide one, whose title, description, patterns and style it shares.
 */
import { durationInWords } from '../../incident/duration.ts'
import { SMALL } from './draw-axis.ts'
import { drawSymbol, styleOf } from './draw-mark.ts'
import { letterOf } from './draw-phases.ts'
import { drawText } from './draw-text.ts'
import type { Layout } from './layout.ts'
import { legendOf } from './legend.ts'
import { tookMs } from './mark.ts'
import type { TimelineModel } from './model.ts'
import { placeOf, placeRows, type Row } from './upright-rows.ts'
import { px, xmlText } from './xml.ts'

const WIDTH = 360
const MARGIN = 4
const LINE = 18
/** Of a phase. */
const STRIP = 14
const SHAPE = 22
/** All lanes together, however many. */
const LANES = 72

export const uprightSvg = ({ phases, drill }: TimelineModel, layout: Layout): string => {
  const { lanes } = layout
  const strips = [...new Set(phases.map(({ row }) => row))]
  const left = MARGIN + strips.length * (STRIP + 2) + SHAPE / 2 + 2
  const apart = Math.min(SHAPE, LANES / Math.max(1, lanes.length - 1))
  const laneX = (lane: number): number => left + lane * apart
  const textX = laneX(lanes.length - 1) + SHAPE / 2 + 8
  const words = [
    ...(drill ? [{ row: '', text: 'DRILL' }] : []),
    ...phases.map(({ row, name, says }, index) => ({
      row,
      text: `${letterOf(index)} ${name}: ${says.split(',')[0]}`,
    })),
  ]
  const top = words.length * LINE + (words.length > 0 ? 8 : 0)
  const placed = placeRows(layout, top)
  const { rows, breaks, bottom } = placed
  const yOf = placeOf(placed)
  const tracks = lanes.map((_, lane) => {
    const own = rows.filter((row) => row.lane === lane)
    return own.length < 2
      ? ''
      : `<path class="rule" d="M${px(laneX(lane))} ${px(own[0]?.y ?? 0)}V${px(own.at(-1)?.y ?? 0)}"/>`
  })
  const legend = legendOf(
    rows.map(({ mark }) => mark),
    { y: bottom + 6, left: MARGIN, right: WIDTH - MARGIN },
  )
  const height = Math.ceil(legend.bottom + MARGIN)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="hw" role="img" aria-labelledby="hw-title hw-desc" viewBox="0 0 ${WIDTH} ${height}">`,
    `<rect class="bg" width="${WIDTH}" height="${height}"/>`,
    ...words.map(({ row, text }, index) => drawWords(text, row, (index + 1) * LINE)),
    ...phases.map(({ row, start, end }, index) =>
      drawStrip({
        row,
        letter: letterOf(index),
        x: MARGIN + strips.indexOf(row) * (STRIP + 2),
        y0: yOf(start.at),
        y1: end === undefined ? undefined : yOf(end.at),
        bottom,
      }),
    ),
    ...tracks,
    ...breaks.map(({ text, y }) => drawBreak(text, y, left - SHAPE / 2)),
    ...rows.map((row) => drawRow(row, { x: laneX(row.lane), textX, end: yOf(row.mark.to) })),
    legend.svg,
    '</svg>',
  ].join('\n')
}

const drawWords = (text: string, row: string, y: number): string =>
  `<g class="${row}">${drawText({ x: MARGIN, y, text, size: SMALL, width: WIDTH - 2 * MARGIN, style: 'phase' })}</g>`

type Strip = {
  row: string
  letter: string
  x: number
  y0: number
  y1: number | undefined
  bottom: number
}

/** What has no end on record stays open. */
const drawStrip = ({ row, letter, x, y0, y1, bottom }: Strip): string => {
  const end = Math.max(y0 + STRIP, y1 ?? bottom)
  const closed = y1 === undefined ? '' : 'z'
  const outline = `M${px(x)} ${px(end)}V${px(y0)}h${STRIP}V${px(end)}${closed}`
  return `<g class="${row}"><path class="shape" d="${outline}"/><text class="n" x="${px(x + STRIP / 2)}" y="${px(y0 + 11)}">${letter}</text></g>`
}

const drawBreak = (text: string, y: number, x: number): string =>
  drawText({ x, y: y + 5, text, size: SMALL, width: WIDTH - MARGIN - x, style: 'small halo' })

type Place = { x: number; textX: number; end: number }

const drawRow = ({ mark, name, y }: Row, { x, textX, end }: Place): string => {
  const { n, says, label, outcome, from, about, open } = mark
  const bottom = open === true ? end + 12 : end
  const tail =
    bottom > y + SHAPE / 2 + 4
      ? `<rect class="shape" x="${px(x - 4)}" y="${px(y)}" width="8" height="${px(bottom - y)}"/>`
      : ''
  const time = new Date(from).toISOString().slice(11, 19)
  const facts = [
    `${about === true ? 'about ' : ''}${time}`,
    ...(outcome === undefined || outcome === 'succeeded' ? [] : [outcome]),
    ...(tookMs(mark) > 0 ? [durationInWords(tookMs(mark))] : []),
    ...(name === '' ? [] : [name]),
  ]
  const width = WIDTH - MARGIN - textX
  return [
    `<g class="${styleOf(mark)}"><title>${xmlText(`${n}. ${says}`)}</title>${tail}`,
    drawSymbol(mark, { x, y, width: SHAPE + 2 }),
    `<text class="n" x="${px(x)}" y="${px(y + 4)}">${n}</text>`,
    drawText({ x: textX, y: y - 2, text: label, width }),
    drawText({ x: textX, y: y + 14, text: facts.join(', '), size: SMALL, width, style: 'small' }),
    '</g>',
  ].join('')
}
