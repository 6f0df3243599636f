/** The incidents that are like one, with the reasons, what ended them, and what was promised then. */
import type { ActionState } from '../postmortem/actions/action-state.ts'
import { markValue, type Bag } from './bag.ts'
import type { Fix } from './fix.ts'
import { likeTo, type Alike } from './likeness.ts'
import type { Summary } from './summary.ts'

/** What is not said but recorded of both. */
export type Common = { kind: 'runbook' | 'category' | 'claim' | 'service'; value: string }

export type Similar = {
  incident: Summary
  /** Cosine, 0 to 1. */
  score: number
  /** Words of both, the most telling first, each with its part of the score. */
  words: { word: string; part: number }[]
  common: Common[]
  fix: Fix | undefined
  openActions: ActionState[]
}

export type Incidents = {
  /** Id and line of words of each. */
  bags: () => Iterable<readonly [string, string]>
  summaryOf: (id: string) => Summary
}

export type Wanted = { most: number; except: string | undefined }

/** Drills are left out: nobody was hit, and what ended one is in its runbook. */
export function similarTo(asked: Bag, incidents: Incidents, { most, except }: Wanted): Similar[] {
  const found: Similar[] = []
  for (const alike of likeTo(asked, incidents.bags())) {
    if (found.length >= most) break
    if (alike.id === except || !isTelling(alike, asked.size)) continue
    const incident = incidents.summaryOf(alike.id)
    if (incident.drill) continue
    found.push(similar(alike, incident))
  }
  return found
}

const LEAST_SCORE = 0.08
/** Of a long text less needs to be said again than of a few words, but never nothing. */
const LEAST_COVERED = 0.1
const COVERED_BY_FEW = 0.25
const FEW = 5

/** Not what shares a common word or two: no help is better than one that leads astray. */
const isTelling = ({ score, covered, shared }: Alike, words: number): boolean =>
  score >= LEAST_SCORE &&
  covered >= LEAST_COVERED + COVERED_BY_FEW * Math.min(1, FEW / words) &&
  (shared.length > 1 || words <= 2 || covered >= 0.5)

function similar({ score, shared }: Alike, incident: Summary): Similar {
  const marks = shared.flatMap(({ seen }) => {
    const mark = /^@(runbook|category|claim|service):(.*)$/.exec(seen)
    return mark === null ? [] : [{ kind: mark[1] as Common['kind'], value: mark[2] ?? '' }]
  })
  return {
    incident,
    score,
    words: shared
      .filter(({ stem }) => !stem.startsWith('@'))
      .map(({ seen, part }) => ({ word: seen, part })),
    common: marks.map((mark) => asWritten(mark, incident)),
    fix: incident.fix,
    openActions: incident.actions.filter(({ status }) => status === 'open'),
  }
}

/** Marks are folded; people read what was written. */
function asWritten({ kind, value }: Common, { runs, findings, services }: Summary): Common {
  const written = {
    runbook: runs.map(({ path }) => path),
    category: findings.flatMap(({ category }) => category ?? []),
    claim: findings.flatMap(({ hypothesis }) => hypothesis ?? []),
    service: services,
  }[kind]
  return { kind, value: written.find((text) => markValue(text) === value) ?? value }
}
