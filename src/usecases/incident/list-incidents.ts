import { HotwashError } from '../../errors.ts'
import type { IncidentState } from '../../incident/state.ts'
import { clip, visibleLine } from '../../incident/visible.ts'
import type { Standing } from '../../record/standings.ts'
import type { Store } from '../../record/store.ts'

export type Listed = {
  id: string
  title: string
  severity: string
  status: IncidentState['status'] | 'unreadable'
  declared_at: string | undefined
  drill?: true
  resolved_at?: string
}

/** Newest first. An incident whose log cannot be read is listed as that, and hides no other one. */
export function listIncidents(store: Store): { incidents: Listed[]; warnings: string[] } {
  const warnings: string[] = []
  const incidents = [...store.standings()].toReversed().map(([id, standing]) => {
    if (!(standing instanceof HotwashError)) return listed(standing)
    warnings.push(`${id}: ${standing.message}`)
    return { id, title: '', severity: '', status: 'unreadable' as const, declared_at: undefined }
  })
  return { incidents, warnings }
}

export const listed = (state: Omit<Standing, 'runbooks'>): Listed => ({
  id: state.id,
  title: state.title,
  severity: state.severity,
  status: state.status,
  declared_at: state.declaredAt,
  ...(state.drill ? { drill: true as const } : {}),
  ...(state.resolvedAt === undefined ? {} : { resolved_at: state.resolvedAt }),
})

/** Of more it is not looked up what they are. */
export const SHOWN_BRANCHES = 10

export type OnBranch = Partial<Listed> & { branch: string }

export function incidentLines(
  incidents: readonly Listed[],
  branches: readonly OnBranch[] = [],
): string {
  if (branches.length === 0) return linesOf(incidents)
  const latest = branches.slice(0, SHOWN_BRANCHES)
  const more = branches.length - latest.length
  return [
    ...(incidents.length === 0 ? [] : [linesOf(incidents), '']),
    'on branches that are not checked out (to read one: git switch BRANCH):',
    linesOf(
      latest.map((one) => ({ ...one, id: one.branch })),
      '  ',
    ),
    ...(more > 0 ? [`  and ${more} older`] : []),
  ].join('\n')
}

type Row = Pick<Listed, 'id'> & Partial<Listed>

function linesOf(incidents: readonly Row[], indent = ''): string {
  if (incidents.length === 0) return 'no incidents here yet; one starts with: hotwash run RUNBOOK'
  const widest = (of: 'id' | 'severity', least: number): number =>
    Math.max(least, ...incidents.map((one) => (one[of] ?? '').length))
  const [idWidth, severityWidth] = [widest('id', 0), widest('severity', 5)]
  return incidents
    .map(({ id, severity = '', status = '', title = '', drill }) =>
      [
        indent + id.padEnd(idWidth),
        severity.padEnd(severityWidth),
        status.padEnd(12),
        `${drill === true ? 'DRILL  ' : ''}${clip(visibleLine(title), 100)}`,
      ]
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
