/** The numbers of `stats` in its formats: text, a picture, and as `--json` has them. */
import type { Stats } from '../../catalog/stats.ts'
import { METHOD, type Quantile, type Times } from '../../catalog/times.ts'
import type { StatsFound } from './stats-of-incidents.ts'

export async function formattedStats(found: StatsFound, format: string): Promise<string> {
  if (format === 'json') return `${JSON.stringify({ version: 1, ...statsJson(found) }, null, 2)}\n`
  const { headline, statsLines } = await import('./stats-lines.ts')
  if (format !== 'svg') return `${statsLines(found).join('\n')}\n`
  const { stripPlot } = await import('../../catalog/strip-plot.ts')
  const { stats, of } = found
  return stripPlot({
    title: 'How long incidents took',
    subtitle: stats.count === 0 ? 'no incidents' : headline(stats, of),
    times: stats.times,
  })
}

export const statsJson = ({ stats, selection, of }: StatsFound) => ({
  incidents: stats.count,
  of,
  selection: {
    since: selection.since ?? null,
    until: selection.until ?? null,
    severities: selection.severities ?? null,
    service: selection.service ?? null,
  },
  declared: stats.declared ?? null,
  percentiles: METHOD,
  times: stats.times.map(timesJson),
  severities: stats.severities,
  repeats: stats.repeats,
  deviations: stats.deviations,
  actions: stats.actions.map(actionsJson),
  drills: stats.drills.map(({ id, title, runbook, status }) => ({
    incident: id,
    title,
    runbook: runbook ?? null,
    status: status ?? null,
  })),
})

const actionsJson = ({ oldestDays, ...counts }: Stats['actions'][number]) => ({
  ...counts,
  oldest_open_days: oldestDays ?? null,
})

const timesJson = ({ id, name, formula, n, median, p90, points, unknown }: Times) => ({
  id,
  name,
  formula,
  n,
  median: quantileJson(median),
  p90: quantileJson(p90),
  points: points.map(({ incident, ms, range }) => ({ incident, ms, ...bounds(range) })),
  not_known: unknown.map(({ says, count, incidents }) => ({ why: says, count, incidents })),
})

const quantileJson = (quantile: Quantile | undefined) =>
  quantile === undefined
    ? null
    : { ms: quantile.ms, incident: quantile.incident, ...bounds(quantile.between) }

const bounds = (range: { fromMs: number; toMs: number } | undefined) =>
  range === undefined ? {} : { from_ms: range.fromMs, to_ms: range.toMs }
