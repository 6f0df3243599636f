/** `stats`: what is counted, and of which incidents. */
import { isDay } from '../../incident/day.ts'
import { selected, type Selection } from '../../catalog/select.ts'
import { statsOf, type Stats } from '../../catalog/stats.ts'
import type { Summary } from '../../catalog/summary.ts'
import { HotwashError } from '../../errors.ts'
import { elsewhereWarnings, readCatalog } from './read-catalog.ts'
import type { RecordWorld } from '../record-world.ts'

export type StatsRequest = {
  since: string | undefined
  until: string | undefined
  severities: readonly string[]
  service: string | undefined
}

export type StatsFound = {
  stats: Stats
  selection: Selection
  /** Among how many incidents and drills. */
  of: number
  /** Names of services that reports know, for who asks for another one. */
  services: string[]
  warnings: string[]
}

export async function statsOfIncidents(
  world: RecordWorld,
  request: StatsRequest,
): Promise<StatsFound> {
  const now = world.clock.now()
  const { since, until } = daysOf(request, now)
  const { incidents, warnings, elsewhere } = await readCatalog(world)
  const severities = severitiesOf(world, incidents, request.severities)
  const selection = { since, until, severities, service: request.service }
  return {
    stats: statsOf(selected(incidents, selection), { now, severities: world.config.severities }),
    selection,
    of: incidents.length,
    services: [...new Set(incidents.flatMap(({ services }) => services))].sort(),
    warnings: [...warnings, ...elsewhereWarnings(elsewhere)],
  }
}

const DAY_MS = 86_400_000
const ACCEPTED = 'accepted: a day such as 2026-01-31 (UTC), or so many days before now: 90d'

/** `until` is the day itself, to its end. */
function daysOf(
  { since, until }: Pick<StatsRequest, 'since' | 'until'>,
  now: number,
): Pick<Selection, 'since' | 'until'> {
  const from = since === undefined ? undefined : startOf(since, '--since', now)
  const to = until === undefined ? undefined : startOf(until, '--until', now)
  if (from !== undefined && to !== undefined && from > to) {
    throw new HotwashError('USAGE', `--since ${since} is after --until ${until}`, {
      hint: 'swap them: --since is the earlier day',
    })
  }
  const iso = (ms: number | undefined): string | undefined =>
    ms === undefined ? undefined : new Date(ms).toISOString()
  return { since: iso(from), until: iso(to === undefined ? undefined : to + DAY_MS) }
}

function startOf(text: string, flag: string, now: number): number {
  const ago = /^-?(\d{1,5})d$/.exec(text)
  if (ago !== null) return Math.floor(now / DAY_MS - Number(ago[1])) * DAY_MS
  if (isDay(text)) return Date.parse(text)
  throw new HotwashError('USAGE', `${flag} ${text}: not a day`, { hint: ACCEPTED })
}

/** As hotwash.yaml spells them, or as a record does from before it was changed. */
function severitiesOf(
  { config }: RecordWorld,
  incidents: readonly Summary[],
  asked: readonly string[],
): string[] | undefined {
  if (asked.length === 0) return undefined
  const known = [...new Set([...config.severities, ...incidents.map(({ severity }) => severity)])]
  return asked.map((one) => {
    const name = known.find((severity) => severity.toLowerCase() === one.trim().toLowerCase())
    if (name !== undefined) return name
    throw new HotwashError('USAGE', `--severity ${one}: there is no such severity`, {
      hint: `one or several of: ${known.join(', ')}`,
    })
  })
}
