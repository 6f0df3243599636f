/** What the incidents of a team have in common, in numbers. Drills are kept apart: nobody was hit. */
import { agedActions, type AgedAction } from '../postmortem/actions/aged-actions.ts'
import { repeatsOf, type Repeats } from './repeats.ts'
import type { Summary } from './summary.ts'
import { timesOf, type Times } from './times.ts'

type ActionCount = {
  type: AgedAction['type']
  open: number
  /** Of the open ones. */
  overdue: number
  done: number
  /** Of the done ones: by a check that passed. */
  proven: number
  declined: number
  /** Whole days that the oldest open one has waited. */
  oldestDays: number | undefined
}

type Deviation = { what: string; count: number; incidents: string[] }

export type Stats = {
  count: number
  /** Of the first and of the last one. */
  declared: { first: string; last: string } | undefined
  severities: { severity: string; count: number }[]
  times: Times[]
  repeats: Repeats
  deviations: Deviation[]
  actions: ActionCount[]
  drills: { id: string; title: string; runbook: string | undefined; status: string | undefined }[]
}

export function statsOf(
  all: readonly Summary[],
  { now, severities }: { now: number; severities: readonly string[] },
): Stats {
  const incidents = all.filter(({ drill }) => !drill)
  const [first] = incidents
  const last = incidents.at(-1)
  return {
    count: incidents.length,
    declared:
      first === undefined || last === undefined
        ? undefined
        : { first: first.declaredAt, last: last.declaredAt },
    severities: countSeverities(incidents, severities),
    times: timesOf(incidents),
    repeats: repeatsOf(incidents),
    deviations: countDeviations(incidents),
    actions: countActions(incidents, { now, severities }),
    drills: all
      .filter(({ drill }) => drill)
      .map(({ id, title, runs }) => ({
        id,
        title,
        runbook: runs.at(-1)?.path,
        status: runs.at(-1)?.status,
      })),
  }
}

/** In the order of the configuration; what it does not know comes last. */
function countSeverities(
  incidents: readonly Summary[],
  order: readonly string[],
): Stats['severities'] {
  const counts = new Map<string, number>()
  for (const { severity } of incidents) counts.set(severity, (counts.get(severity) ?? 0) + 1)
  const rank = (severity: string): number => (order.indexOf(severity) + 1 || order.length + 1) - 1
  return [...counts]
    .map(([severity, count]) => ({ severity, count }))
    .sort((a, b) => rank(a.severity) - rank(b.severity) || (a.severity < b.severity ? -1 : 1))
}

function countDeviations(incidents: readonly Summary[]): Deviation[] {
  const found = new Map<string, Deviation>()
  for (const { id, deviations } of incidents) {
    for (const what of deviations) {
      const known = found.get(what) ?? { what, count: 0, incidents: [] }
      found.set(what, known)
      known.count += 1
      if (known.incidents.at(-1) !== id) known.incidents.push(id)
    }
  }
  return [...found.values()].sort((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1))
}

function countActions(
  incidents: readonly Summary[],
  by: { now: number; severities: readonly string[] },
): ActionCount[] {
  const aged = agedActions(
    incidents.map(({ moments, ...incident }) => ({
      ...incident,
      resolvedAt: moments.resolved?.at,
    })),
    by,
  )
  const counts = [...Map.groupBy(aged, ({ type }) => type)].map(([type, actions]) => {
    const open = actions.filter(({ status }) => status === 'open')
    const done = actions.filter(({ status }) => status === 'done')
    return {
      type,
      open: open.length,
      overdue: open.filter(({ days_overdue }) => days_overdue !== undefined).length,
      done: done.length,
      proven: done.filter(({ done_by }) => done_by === 'check').length,
      declined: actions.length - open.length - done.length,
      oldestDays:
        open.length === 0
          ? undefined
          : open.reduce((most, { days_open }) => Math.max(most, days_open), 0),
    }
  })
  return counts.sort((a, b) => b.open - a.open || (a.type < b.type ? -1 : 1))
}
