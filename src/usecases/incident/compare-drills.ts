/** How long a drill took, beside the one before of the same runbook: an undo that grows slow is seen. */
import { durationInWords } from '../../incident/duration.ts'
import type { IncidentState, RunState } from '../../incident/state.ts'
import type { Store } from '../../record/store.ts'
import { drillsIn } from '../rehearsals.ts'

type Ms = number | null

type DrillStep = {
  step: string
  forward_ms: Ms
  undo_ms: Ms
  previous: { forward_ms: Ms; undo_ms: Ms } | null
}

export type DrillTimes = {
  /** The incident that was the last drill of this runbook; null: this is the first one. */
  previous: string | null
  total_ms: Ms
  previous_total_ms: Ms
  steps: DrillStep[]
}

/** undefined: this is no drill, or nothing was rehearsed in it yet. */
export function drillTimes(store: Store, state: IncidentState): DrillTimes | undefined {
  const run = rehearsalOf(state)
  if (run === undefined) return undefined
  const before = lastBefore(store, state.id, run)
  const was = before === undefined ? undefined : timesOf(before.run)
  const steps = [...timesOf(run)].map(([step, times]) => ({
    step,
    ...times,
    previous: was?.get(step) ?? null,
  }))
  return {
    previous: before?.incident ?? null,
    total_ms: totalMs(run),
    previous_total_ms: before === undefined ? null : totalMs(before.run),
    steps,
  }
}

const rehearsalOf = ({ drill, runs }: IncidentState): RunState | undefined =>
  drill ? runs.findLast(({ rehearsal }) => rehearsal) : undefined

/** By the path: the text of a runbook changes between drills, and that is what a comparison shows. */
function lastBefore(
  store: Store,
  incident: string,
  { runbook, startedAt }: RunState,
): { incident: string; run: RunState } | undefined {
  const earlier = drillsIn(store).flatMap((id) => {
    if (id === incident) return []
    const run = rehearsalOf(store.stateOf(id))
    const fits = run !== undefined && run.runbook.path === runbook.path && run.startedAt < startedAt
    return fits ? [{ incident: id, run }] : []
  })
  return earlier.toSorted((a, b) => (a.run.startedAt < b.run.startedAt ? -1 : 1)).at(-1)
}

const totalMs = ({ startedAt, endedAt }: RunState): Ms =>
  endedAt === undefined ? null : Date.parse(endedAt) - Date.parse(startedAt)

type Times = { forward_ms: Ms; undo_ms: Ms }

const timesOf = ({ steps }: RunState): Map<string, Times> =>
  new Map(
    [...steps.values()]
      .filter(({ durationMs }) => durationMs !== undefined)
      .map(({ id, durationMs, undo }) => [
        id,
        { forward_ms: durationMs ?? null, undo_ms: undo?.durationMs ?? null },
      ]),
  )

const inWords = (ms: Ms): string => (ms === null ? '-' : durationInWords(ms))

const beside = (now: Ms, before: Ms, isFirst: boolean): string =>
  isFirst || (now === null && before === null)
    ? inWords(now)
    : `${inWords(now)} (was ${inWords(before)})`

/** A table of step, way forward and undo, with the total below. */
export function drillLines({ previous, steps, ...total }: DrillTimes): string[] {
  const isFirst = previous === null
  const rows = [
    ['step', 'forward', 'undo'],
    ...steps.map(({ step, forward_ms, undo_ms, previous: was }) => [
      step,
      beside(forward_ms, was?.forward_ms ?? null, isFirst),
      beside(undo_ms, was?.undo_ms ?? null, isFirst),
    ]),
    ['in all', beside(total.total_ms, total.previous_total_ms, isFirst), ''],
  ]
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return [
    isFirst
      ? 'Times of the drill; there is no earlier one of this runbook to compare with'
      : `Times of the drill, beside those of the last one (${previous})`,
    ...rows.map(([step = '', forward = '', undo = '']) =>
      `  ${step.padEnd(widths[0] ?? 0)}  ${forward.padEnd(widths[1] ?? 0)}  ${undo}`.trimEnd(),
    ),
  ]
}
