/**
 * A log cannot say that its writer died. A run that is `running` in the log, while no live process
 * holds its lock, is unknown, and so is the step it was in: never failed, never done, and possibly
 * still running. Waiting and paused runs hold no process and stay what they are.
 */
import type { IncidentState, RunState, StepState } from './state.ts'

export function asSeen(state: IncidentState, runIsAlive: boolean): IncidentState {
  if (runIsAlive || !state.runs.some((run) => run.status === 'running')) return state
  return { ...state, runs: state.runs.map(seenDead) }
}

function seenDead(run: RunState): RunState {
  if (run.status !== 'running') return run
  const steps = new Map([...run.steps].map(([id, step]) => [id, seenStopped(step)]))
  return { ...run, status: 'unknown', reason: 'hotwash ended during this run', steps }
}

function seenStopped(step: StepState): StepState {
  const undoUnknown = step.undo?.status === 'running'
  if (step.status !== 'running' && !undoUnknown) return step
  return {
    ...step,
    status: step.status === 'running' ? 'unknown' : step.status,
    undo: step.undo !== undefined && undoUnknown ? { ...step.undo, status: 'unknown' } : step.undo,
  }
}
