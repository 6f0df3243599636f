/**
 * Times across incidents as a picture: a strip for each metric, a dot for each incident, the median
 * and the 90th percentile with their values. All strips have one scale. Read by a screen reader it is
 * a title and a description; in the dark and on paper it looks like what is around it.
 */
import { durationInWords, rangeInWords } from '../incident/duration.ts'
import { textWidth } from '../postmortem/timeline-svg/text-width.ts'
import { px, xmlText } from '../postmortem/timeline-svg/xml.ts'
import { logScale, type LogScale } from './log-scale.ts'
import { STRIP_STYLE } from './strip-style.ts'
import { swarm, type Dot } from './swarm.ts'
import { METHOD, type Point, type Quantile, type Times } from './times.ts'

const WIDTH = 880
const MARGIN = 28
const TOP = 84
/** Of one strip, from its name to its scale. */
const STRIP = 196
const MIDDLE = 104
const REACH = 52
const RADIUS = 4
const LANE = 9
/** Of the words for median and p90. */
const LABEL = 13
const BETWEEN = 14

type Picture = { title: string; subtitle: string; times: readonly Times[] }

export function stripPlot({ title, subtitle, times }: Picture): string {
  const scale = logScale(times)
  const height = TOP + (scale === undefined ? 1 : times.length) * STRIP + 8
  const strips =
    scale === undefined
      ? [text([MARGIN, TOP + 40], 'Nothing was measured: no incident has the times for it.')]
      : times.map((one, index) => strip(one, scale, TOP + index * STRIP))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="hw-stats" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="hw-stats-title hw-stats-text">`,
    `<title id="hw-stats-title">${xmlText(title)}</title>`,
    `<desc id="hw-stats-text">${xmlText(described(times))}</desc>`,
    `<style>${STRIP_STYLE}</style>`,
    `<rect class="bg" width="${WIDTH}" height="${height}"/>`,
    text([MARGIN, 36], title, 'title'),
    text([MARGIN, 58], subtitle, 'small'),
    ...strips,
    '</svg>\n',
  ].join('\n')
}

const text = ([x, y]: readonly [number, number], words: string, style = ''): string =>
  `<text class="${style}" x="${px(x)}" y="${px(y)}">${xmlText(words)}</text>`

const xOf = (scale: LogScale, ms: number): number =>
  MARGIN + RADIUS + scale.at(ms) * (WIDTH - 2 * (MARGIN + RADIUS))

function strip(times: Times, scale: LogScale, top: number): string {
  const { name, formula, n, points, median, p90, unknown } = times
  const { dots, perDot } = swarm(
    points.map((point) => ({ ...point, x: xOf(scale, point.ms) })),
    2 * RADIUS + 1,
  )
  const missing = unknown.reduce((sum, { count }) => sum + count, 0)
  const counted = [
    `n = ${n}`,
    ...(missing === 0 ? [] : [`${missing} not known`]),
    ...(perDot > 1 ? [`a dot is up to ${perDot}`] : []),
  ]
  const middle = top + MIDDLE
  const nameEnd = MARGIN + textWidth(name, { size: 15, bold: true }) + 10
  return [
    '<g>',
    text([MARGIN, top + 18], name, 'name'),
    text([nameEnd, top + 18], formula, 'small'),
    text([WIDTH - MARGIN, top + 18], counted.join(', '), 'small end'),
    `<rect class="band" x="${MARGIN}" y="${px(middle - REACH)}" width="${WIDTH - 2 * MARGIN}" height="${2 * REACH}" rx="4"/>`,
    ...scale.ticks.map((tick) => drawTick(tick, scale, middle)),
    ...dots.map((dot) => whisker(dot, scale, middle)),
    ...dots.map((dot) => drawDot(dot, middle)),
    ...(median === undefined || p90 === undefined ? [] : marks({ median, p90, scale, middle })),
    ...(n === 0 ? [text([MARGIN + 12, middle + 4], whyNone(times), 'small')] : []),
    '</g>',
  ]
    .filter((part) => part !== '')
    .join('\n')
}

const whyNone = ({ unknown }: Times): string =>
  `not known: ${unknown.map(({ says, count }) => `${says} (${count})`).join('; ') || 'no incident'}`

function drawTick(tick: LogScale['ticks'][number], scale: LogScale, middle: number): string {
  const x = xOf(scale, tick.ms)
  const style = tick.at < 0.02 ? 'small' : tick.at > 0.98 ? 'small end' : 'small mid'
  const at = tick.at < 0.02 ? MARGIN : tick.at > 0.98 ? WIDTH - MARGIN : x
  return `<path class="grid" d="M${px(x)} ${px(middle - REACH)}v${2 * REACH}"/>${text([at, middle + REACH + 16], tick.label, style)}`
}

/** At the height of its dot; a dot that is several has none. */
function whisker({ lane, items }: Dot<Point>, scale: LogScale, middle: number): string {
  const [{ range } = { range: undefined }, ...more] = items
  if (range === undefined || more.length > 0) return ''
  const [from, to] = [xOf(scale, range.fromMs), xOf(scale, range.toMs)]
  return `<path class="range" d="M${px(from)} ${px(middle - lane * LANE)}H${px(to)}"/>`
}

function drawDot({ x, lane, items }: Dot<Point & { x: number }>, middle: number): string {
  const says = items
    .slice(0, MOST_NAMED)
    .map(({ incident, ms, range }) => `${incident}: ${lasted(ms, range)}`)
  const more = items.length - says.length
  const title = `${says.join('\n')}${more > 0 ? `\nand ${more} more` : ''}`
  return `<circle class="dot" cx="${px(x)}" cy="${px(middle - lane * LANE)}" r="${RADIUS}"><title>${xmlText(title)}</title></circle>`
}

const MOST_NAMED = 12

const lasted = (ms: number, range: Point['range']): string =>
  range === undefined ? durationInWords(ms) : rangeInWords(range.fromMs, range.toMs)

type Marks = { median: Quantile; p90: Quantile; scale: LogScale; middle: number }

/** The median's words end at its line and those of the other begin at it, so that they never touch. */
function marks({ median, p90, scale, middle }: Marks): string[] {
  const [medianX, p90X] = [xOf(scale, median.ms), xOf(scale, p90.ms)]
  const left = `median ${lasted(median.ms, median.between)}`
  const right = `p90 ${lasted(p90.ms, p90.between)}`
  const [leftRoom, rightRoom] = [left, right].map((words) =>
    textWidth(words, { size: LABEL, bold: true }),
  ) as [number, number]
  const latest = WIDTH - MARGIN - rightRoom
  const leftX = Math.max(MARGIN, Math.min(medianX - 4, latest - BETWEEN) - leftRoom)
  const rightX = Math.min(latest, Math.max(p90X + 4, leftX + leftRoom + BETWEEN))
  const y = middle - REACH - 8
  const line = (style: string, x: number): string =>
    `<path class="${style}" d="M${px(x)} ${px(middle - REACH - 4)}V${px(middle + REACH)}"/>`
  return [
    line('median', medianX),
    line('p90', p90X),
    text([leftX, y], left, 'value'),
    text([rightX, y], right, 'value late'),
  ]
}

/** The same numbers in a sentence for each metric. */
const described = (times: readonly Times[]): string =>
  [
    `Dots are incidents, on a logarithmic scale of time. Percentiles by ${METHOD}.`,
    ...times.map((one) => {
      const { name, n, median, p90 } = one
      if (median === undefined || p90 === undefined) return `${name}: ${whyNone(one)}.`
      return `${name}: median ${lasted(median.ms, median.between)}, 90th percentile ${lasted(p90.ms, p90.between)}, of ${n}.`
    }),
  ].join(' ')
