/** The numbers of `stats` for a terminal of 80 columns, without color. */
import { counted } from '../../incident/counted.ts'
import { dotPlot } from '../../catalog/dot-plot.ts'
import { logScale, type LogScale } from '../../catalog/log-scale.ts'
import type { Repeat } from '../../catalog/repeats.ts'
import type { Stats } from '../../catalog/stats.ts'
import { METHOD, type Quantile, type Times } from '../../catalog/times.ts'
import { durationInWords, rangeInWords } from '../../incident/duration.ts'
import { clip, visibleLine } from '../../incident/visible.ts'
import { wrapped } from '../wrapped.ts'
import type { StatsFound } from './stats-of-incidents.ts'

const WIDTH = 80
const MOST_ROWS = 5
const MOST_IDS = 3

export function statsLines(found: StatsFound): string[] {
  const { stats, of } = found
  if (stats.count === 0) return [nothing(found), ...drills(stats)]
  const scale = logScale(stats.times)
  return [
    headline(stats, of),
    '',
    ...stats.severities.map(({ severity, count }) =>
      bar(severity, count, Math.max(...stats.severities.map((one) => one.count))),
    ),
    ...stats.times.flatMap((times) => ['', ...timesLines(times, scale)]),
    '',
    ...legend(stats, scale),
    ...repeats(stats),
    ...deviations(stats),
    ...actions(stats),
    ...drills(stats),
  ]
}

export function headline(
  { count, declared }: Pick<Stats, 'count' | 'declared'>,
  of: number,
): string {
  const others = of - count
  const rest = others === 0 ? '' : ` (of ${of} records)`
  return `${counted(count, 'incident')} declared ${declared?.first.slice(0, 10)} to ${declared?.last.slice(0, 10)}${rest}`
}

/** Why there is nothing to count. */
function nothing({ selection, of, services, stats }: StatsFound): string {
  if (of === 0) return 'no incidents here yet; one starts with: hotwash run RUNBOOK'
  if (of === stats.drills.length) return 'no incidents here yet, only drills'
  const { service } = selection
  const known = services.some((name) => name.toLowerCase() === service?.toLowerCase())
  if (service === undefined || known) return `none of the ${of} incidents here fits`
  const others =
    services.length === 0
      ? 'no report names its services'
      : `reports name: ${clip(services.map(visibleLine).join(', '), 200)}`
  return `no incident here has hit a service ${visibleLine(service)}; ${others}`
}

function bar(name: string, count: number, most: number): string {
  const room = WIDTH - 24
  return `  ${clip(visibleLine(name), 12).padEnd(12)} ${String(count).padStart(6)}  ${'■'.repeat(Math.max(1, Math.round((count / most) * room)))}`
}

function timesLines(times: Times, scale: LogScale | undefined): string[] {
  const { name, formula, n, median, p90, unknown } = times
  const missing = unknown.reduce((sum, { count }) => sum + count, 0)
  const reasons = unknown.map(({ says, count }) => `${says} (${count})`).join(', ')
  const whyNot =
    missing === 0 ? [] : wrapped(`${missing} not known: ${reasons}`, { first: '  ', indent: '  ' })
  const head = `${name} (${formula})`
  if (median === undefined || p90 === undefined || scale === undefined) return [head, ...whyNot]
  const { lines, perDot } = dotPlot(times, scale)
  return [
    head,
    `  median ${inWords(median)}, p90 ${inWords(p90)}, n ${n}`,
    ...longest(times),
    ...whyNot,
    ...lines,
    ...(perDot > 1 ? [`  a dot is up to ${perDot} incidents`] : []),
  ]
}

const MOST_LISTED = 3

/** The points themselves, as far as they fit: what took longest is what to read first. */
const longest = ({ points }: Times): string[] =>
  points
    .slice(-MOST_LISTED)
    .toReversed()
    .map(({ incident, ms, range }, index) => {
      const took =
        range === undefined ? durationInWords(ms) : rangeInWords(range.fromMs, range.toMs)
      return `  ${index === 0 ? 'longest' : '       '} ${took.padEnd(16)} ${incident}`
    })

const inWords = ({ ms, between }: Quantile): string =>
  between === undefined ? durationInWords(ms) : rangeInWords(between.fromMs, between.toMs)

function legend({ times }: Stats, scale: LogScale | undefined): string[] {
  if (scale === undefined) return []
  const few = times.some(({ n }) => n > 0 && n < 10)
  return [
    `M median, P 90th percentile, * both; by ${METHOD}, so that each is one incident's time`,
    ...(few ? ['(where n is below 10, the 90th percentile is the longest)'] : []),
  ]
}

function repeats({ repeats }: Stats): string[] {
  const kinds: [string, readonly Repeat[]][] = [
    ['same runbook', repeats.runbooks],
    ['same finding', repeats.findings],
    ['same kind of error', repeats.categories],
    ['same words in the title', repeats.titles],
  ]
  const lines = kinds.flatMap(([name, found]) => {
    if (found.length === 0) return []
    const more = found.length - MOST_ROWS
    return [
      `  ${name}`,
      ...found
        .slice(0, MOST_ROWS)
        .flatMap(({ what, count, incidents }) => [
          `  ${String(count).padStart(5)}  ${clip(visibleLine(what), WIDTH - 9)}`,
          ...(count > MOST_IDS ? [] : incidents.map((id) => `         ${id}`)),
        ]),
      ...(more > 0 ? [`         and ${more} more`] : []),
    ]
  })
  return lines.length === 0 ? [] : ['', 'More than once', ...lines]
}

function deviations({ deviations }: Stats): string[] {
  if (deviations.length === 0) return []
  return [
    '',
    'Off the runbook',
    ...deviations.map(
      ({ what, count, incidents }) =>
        `  ${String(count).padStart(5)}  ${visibleLine(what)}, in ${counted(incidents.length, 'incident')}`,
    ),
  ]
}

function actions({ actions }: Stats): string[] {
  if (actions.length === 0) return []
  const cells = actions.map(({ type, open, overdue, done, proven, declined, oldestDays }) =>
    [
      type,
      open,
      overdue,
      oldestDays === undefined ? '-' : `${oldestDays} d`,
      done,
      proven,
      declined,
    ].map(String),
  )
  const head = ['type', 'open', 'overdue', 'oldest', 'done', 'proven', 'declined']
  return [
    '',
    'Actions (oldest: days the oldest open one has waited; proven: done by a check)',
    ...[head, ...cells].map((row) =>
      row
        .map((cell, column) => (column === 0 ? `  ${cell.padEnd(12)}` : cell.padStart(10)))
        .join(''),
    ),
  ]
}

function drills({ drills }: Stats): string[] {
  if (drills.length === 0) return []
  const shown = drills.slice(-MOST_ROWS).toReversed()
  const more = drills.length - shown.length
  return [
    '',
    `Drills, counted nowhere above: ${drills.length}`,
    ...shown.map(({ id, runbook, status }) =>
      `  ${id}  ${visibleLine(runbook ?? 'no runbook')} ${visibleLine(status ?? '').replace('_', ' ')}`.trimEnd(),
    ),
    ...(more > 0 ? [`  and ${more} older`] : []),
  ]
}
