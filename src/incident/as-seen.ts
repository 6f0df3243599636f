/**
 * A log cannot say that its writer died. A run that is `running` in the log, while no live process
 * holds its lock, is unknown, and so is the step it was in: never failed, never done, and possibly
 * still running. Waiting and paused runs hold no process and stay what they are. A run that rests at
 * an unknown step may have others that no resume has looked at yet: several were at work at once.
 * A group does nothing itself, and is never unknown.
 */
import type { IncidentState, RunState, StepState } from './state.ts'

export function asSeen(state: IncidentState, runIsAlive: boolean): IncidentState {
  if (runIsAlive || !state.runs.some(isCut)) return state
  return { ...state, runs: state.runs.map((run) => (isCut(run) ? seenDead(run) : run)) }
}

const isCut = ({ status }: RunState): boolean => status === 'running' || status === 'unknown'

function seenDead(run: RunState): RunState {
  const steps = new Map([...run.steps].map(([id, step]) => [id, seenStopped(step)]))
  if (run.status === 'unknown') return { ...run, steps }
  return { ...run, status: 'unknown', reason: 'hotwash ended during this run', steps }
}

function seenStopped(step: StepState): StepState {
  if (step.group !== undefined) return step
  const undoUnknown = step.undo?.status === 'running'
  if (step.status !== 'running' && !undoUnknown) return step
  return {
    ...step,
    status: step.status === 'running' ? 'unknown' : step.status,
    undo: step.undo !== undefined && undoUnknown ? { ...step.undo, status: 'unknown' } : step.undo,
  }
}
