/** What is kept of an incident to learn across them: small, plain, and from its record alone. */
import type { Category } from '../incident/error-category.ts'
import type { IncidentEvent, Precision } from '../incident/event.ts'
import type { Confidence } from '../incident/finding.ts'
import { metrics, type Metric } from '../incident/metrics.ts'
import { MOMENTS, momentsOf, type MomentName } from '../incident/moments.ts'
import type { IncidentState, RunStatus } from '../incident/state.ts'
import { actionsOf, type ActionState } from '../postmortem/actions/action-state.ts'
import type { FrontMatter } from '../postmortem/front-matter/schema.ts'
import { deviations } from '../postmortem/view/deviations.ts'
import { NOTHING } from '../postmortem/view/markdown.ts'
import { fixOf, type Fix } from './fix.ts'

/** The last thing said of a moment. */
type Stated = { at: string; precision: Precision; source?: string }

/** `says` where it is not known; names and formulas are the same for all. */
export type Measured = Pick<Metric, 'id' | 'range' | 'why'> & {
  ms: number | undefined
  says?: string
}

type RanRunbook = {
  run: string
  name: string
  path: string
  status: RunStatus
  rehearsal: boolean
}

type Found = {
  category: Category | undefined
  confidence: Confidence | undefined
  hypothesis: string | undefined
}

export type Summary = {
  id: string
  title: string
  severity: string
  status: IncidentState['status']
  drill: boolean
  declaredAt: string
  moments: Partial<Record<MomentName, Stated>>
  metrics: Measured[]
  services: string[]
  /** Oldest first. */
  runs: RanRunbook[]
  /** What was concluded; the words are in the bag and in the log. */
  findings: Found[]
  /** What ended it, as far as the record knows. */
  fix: Fix | undefined
  /** What kind of deviation each was: `Repeated`, `Done by hand`. */
  deviations: string[]
  /** As the report and the log have them. */
  actions: ActionState[]
}

/** What the record says: its events, their fold, and the head of the report where there is one. */
export type Told = {
  events: readonly IncidentEvent[]
  state: IncidentState
  head: FrontMatter | undefined
}

export function summarize({ events, state, head }: Told): Summary {
  return {
    id: state.id,
    title: state.title,
    severity: state.severity,
    status: state.status,
    drill: state.drill,
    declaredAt: state.declaredAt,
    moments: lastSaid(events),
    metrics: metrics(events).map(({ id, ms, range, says, why }) => ({
      id,
      ms,
      ...(range === undefined ? {} : { range }),
      ...(why === undefined ? {} : { why }),
      ...(ms === undefined ? { says } : {}),
    })),
    services: head?.services ?? [],
    runs: state.runs.map(({ id, runbook, status, rehearsal }) => ({
      run: id,
      name: runbook.name,
      path: runbook.path,
      status,
      rehearsal,
    })),
    findings: state.findings.map(({ category, confidence, hypothesis }) => ({
      category,
      confidence,
      hypothesis,
    })),
    fix: fixOf(events, state),
    deviations: deviations({ events, citations: { cite: () => NOTHING } }).map(({ what }) =>
      // The only mark-up in the names of deviations.
      what.replaceAll('*', ''),
    ),
    actions: actionsOf(head, events),
  }
}

function lastSaid(events: readonly IncidentEvent[]): Summary['moments'] {
  const said: Summary['moments'] = {}
  const moments = momentsOf(events)
  for (const name of Object.keys(MOMENTS) as MomentName[]) {
    const last = moments[name].at(-1)
    if (last === undefined) continue
    const { at, precision, source } = last
    said[name] = { at, precision, ...(source === undefined ? {} : { source }) }
  }
  return said
}
