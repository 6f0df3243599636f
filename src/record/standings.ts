/**
 * How all incidents stand, for lists and for who looks for the open one among thousands. Of those that
 * are over it is kept outside git, so that their logs are not read again. An open one is always read:
 * it changes with every note, and who asks is about to open it.
 */
import { HotwashError } from '../errors.ts'
import type { IncidentState } from '../incident/state.ts'
import { payloadOf, readKept, writeKept, type Kept } from './kept-lines.ts'
import { logsKey } from './logs-key.ts'
import type { Place } from './places.ts'

export type Standing = Pick<
  IncidentState,
  'id' | 'title' | 'severity' | 'status' | 'drill' | 'declaredAt' | 'resolvedAt'
> & {
  /** Paths of those that were run; a rehearsal counts in a drill alone. */
  runbooks: string[]
}

/** An error: why it cannot be read. */
export type Standings = Map<string, Standing | HotwashError>

/** Raised when `standingOf` gives something else for the same logs. */
const FORMAT = 'standings 1'

export const isOpen = ({ status }: Pick<IncidentState, 'status'>): boolean =>
  status !== 'resolved' && status !== 'closed'

export function standingsOf(
  places: readonly Place[],
  options: {
    /** undefined: nothing is kept. */
    file: string | undefined
    nowMs: number
    stateOf: (id: string) => IncidentState
  },
): Standings {
  const { file, nowMs, stateOf } = options
  const known = file === undefined ? new Map<string, Kept>() : readKept(file, FORMAT)
  const kept = new Map<string, Kept>()
  const standings: Standings = new Map()
  let isSame = true
  for (const { id, dir } of places) {
    const was = known.get(id)
    const key = logsKey(dir, { was: was?.key, nowMs })
    if (was !== undefined && was.key === key) {
      kept.set(id, was)
      standings.set(id, JSON.parse(was.payload.toString()) as Standing)
      continue
    }
    const standing = readNow(id, stateOf)
    standings.set(id, standing)
    if (standing instanceof HotwashError || isOpen(standing) || key === undefined) continue
    kept.set(id, { key, payload: payloadOf(JSON.stringify(standing)) })
    isSame = false
  }
  if (file !== undefined && !(isSame && kept.size === known.size)) writeKept(file, FORMAT, kept)
  return standings
}

function readNow(id: string, stateOf: (id: string) => IncidentState): Standing | HotwashError {
  try {
    return standingOf(stateOf(id))
  } catch (error) {
    if (error instanceof HotwashError) return error
    throw error
  }
}

const standingOf = (state: IncidentState): Standing => ({
  id: state.id,
  title: state.title,
  severity: state.severity,
  status: state.status,
  drill: state.drill,
  declaredAt: state.declaredAt,
  resolvedAt: state.resolvedAt,
  runbooks: [
    ...new Set(
      state.runs
        .filter(({ rehearsal }) => state.drill || !rehearsal)
        .map(({ runbook }) => runbook.path),
    ),
  ],
})
