/** What every part of the view is made from: the events, their fold, and ways to cite and look up. */
import type { EventOf, EventType, IncidentEvent } from '../../incident/event.ts'
import type { IncidentState, RunState, StepState } from '../../incident/state.ts'
import type { Citations } from './citations.ts'

export type Material = {
  state: IncidentState
  /** In causal order, without those that came of the report. */
  events: readonly IncidentEvent[]
  /** What became of the actions. */
  ofActions: readonly IncidentEvent[]
  citations: Citations
  /** Text of an evidence blob, already masked; undefined when it is not at hand. */
  readEvidence: (sha256: string) => string | undefined
  /** Events of one step of one run, oldest first. */
  eventsOfStep: (run: RunState, step: StepState) => readonly IncidentEvent[]
  eventsOfRun: (run: RunState) => readonly IncidentEvent[]
}

export const ofType = <T extends EventType>(
  events: readonly IncidentEvent[],
  type: T,
): EventOf<T>[] => events.filter((event) => event.type === type) as unknown as EventOf<T>[]

export const isType = <T extends EventType>(
  event: IncidentEvent,
  type: T,
): event is IncidentEvent & EventOf<T> => event.type === type

/** Indexes once, so that a report of ten thousand events stays linear. */
export const indexEvents = (
  events: readonly IncidentEvent[],
): Pick<Material, 'eventsOfStep' | 'eventsOfRun'> => {
  const byStep = Map.groupBy(events, (event) => JSON.stringify([event.run, event.step]))
  const byRun = Map.groupBy(events, (event) => event.run)
  return {
    eventsOfStep: (run, step) => byStep.get(JSON.stringify([run.id, step.id])) ?? [],
    eventsOfRun: (run) => byRun.get(run.id) ?? [],
  }
}
