/**
 * The timeline of an incident as one SVG that needs nothing else (no script, no font, no file), and
 * the same as rows of text.
 */
import { durationInWords, momentInWords } from '../../incident/duration.ts'
import { drawAxis, drawGaps, drawGrid } from './draw-axis.ts'
import { drawMark } from './draw-mark.ts'
import { drawPhases, PHASE_ROW } from './draw-phases.ts'
import { drawText } from './draw-text.ts'
import { layoutOf, MARGIN, WIDTH, type Layout, type PlacedLane } from './layout.ts'
import { legendOf } from './legend.ts'
import type { Scale } from './scale.ts'
import type { TimelineModel } from './model.ts'
import { PATTERNS } from './patterns.ts'
import { TIMELINE_STYLE } from './style.ts'
import { tableOf } from './table.ts'
import { uprightSvg } from './upright.ts'
import { px, xmlText } from './xml.ts'

/** `upright`: the same for a narrow screen, where `svg` is in the page as well. */
export type Picture = { svg: string; upright: string; rows: string[][] }

const HEAD = 52
const AXIS = 44
const GAP_WORDS = 18

export const timelineSvg = (model: TimelineModel): string => pictureOf(model).svg

export const pictureOf = (model: TimelineModel): Picture => {
  const phaseRows = new Set(model.phases.map(({ row }) => row)).size
  const probe = layoutOf(model, 0)
  const gapRoom = probe.scale.gaps.length > 0 ? GAP_WORDS : 0
  const phasesTop = HEAD + AXIS + gapRoom
  const layout = layoutOf(model, phasesTop + phaseRows * PHASE_ROW + (phaseRows > 0 ? 8 : 0))
  return {
    svg: draw(model, layout, phasesTop),
    upright: uprightSvg(model, layout),
    rows: tableOf(model, layout),
  }
}

const draw = (model: TimelineModel, layout: Layout, phasesTop: number): string => {
  const { bottom, lanes, scale } = layout
  const gridTop = HEAD + 38
  const legend = legendOf(
    lanes.flatMap(({ placed }) => placed),
    { y: bottom + 10, left: MARGIN, right: WIDTH - MARGIN },
  )
  const height = Math.ceil(legend.bottom + MARGIN)
  const title = `${model.drill ? 'DRILL: ' : ''}${model.title}`
  const span = spanOf(model)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="hw" role="img" aria-labelledby="hw-title hw-desc" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">`,
    `<title id="hw-title">${xmlText(`Timeline: ${title}`)}</title>`,
    `<desc id="hw-desc">${xmlText(descriptionOf(model, span))}</desc>`,
    `<style>${TIMELINE_STYLE}</style>`,
    PATTERNS,
    `<rect class="bg" width="${WIDTH}" height="${height}"/>`,
    drawText({
      x: MARGIN,
      y: 22,
      text: title,
      size: 16,
      bold: true,
      width: WIDTH - 2 * MARGIN,
      style: 'title',
    }),
    drawText({
      x: MARGIN,
      y: 42,
      text: `${model.incident}, ${span}`,
      size: 12,
      width: WIDTH - 2 * MARGIN,
      style: 'small',
    }),
    ...lanes.map(drawBand),
    drawGrid(layout, gridTop, bottom),
    drawGaps(scale, gridTop + (scale.gaps.length > 0 ? GAP_WORDS : 0), bottom),
    drawAxis(layout, HEAD),
    drawPhases(model.phases, layout, phasesTop),
    ...lanes.map((lane) => drawLane(lane, scale)),
    legend.svg,
    '</svg>',
  ].join('\n')
}

const drawBand = ({ y, height }: PlacedLane, index: number): string =>
  index % 2 === 0
    ? `<rect class="band" x="${MARGIN}" y="${px(y)}" width="${WIDTH - 2 * MARGIN}" height="${px(height)}"/>`
    : ''

const drawLane = ({ name, y, placed }: PlacedLane, scale: Scale): string =>
  [
    drawText({
      x: MARGIN + 6,
      y: y + 16,
      text: name,
      bold: true,
      width: WIDTH - 3 * MARGIN,
      style: 'lane-name',
    }),
    ...placed.map((mark) => drawMark(mark, y, scale)),
  ].join('\n')

/** By the times as they were stated; what is about so may have been earlier. */
const spanOf = ({ lanes, phases }: TimelineModel): string => {
  const edges = phases.flatMap(({ start, end }) => (end === undefined ? [start] : [start, end]))
  let from = Infinity
  let to = -Infinity
  for (const mark of lanes.flatMap(({ marks }) => marks)) {
    from = Math.min(from, mark.from)
    to = Math.max(to, mark.to)
  }
  for (const { at } of edges) {
    from = Math.min(from, at)
    to = Math.max(to, at)
  }
  if (from > to) return 'nothing on record'
  const at = (ms: number): string => momentInWords(new Date(ms).toISOString())
  return to - from < 1 ? at(from) : `${at(from)} to ${at(to)}, ${durationInWords(to - from)}`
}

const descriptionOf = ({ lanes, phases }: TimelineModel, span: string): string =>
  [
    `${span}.`,
    ...phases.map(({ name, says }) => `${name}: ${says}.`),
    `Lanes: ${lanes.map(({ name, marks }) => `${name} (${marks.length})`).join('; ')}.`,
  ].join(' ')
