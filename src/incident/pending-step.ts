/** A step of a run before anything happened in it. */
import type { EventOf } from './event.ts'
import type { StepState } from './state.ts'

export type RunStep = EventOf<'run.started'>['data']['steps'][number]

export const pendingStep = (step: RunStep): StepState => ({
  ...step,
  status: 'pending',
  by: undefined,
  attempts: 0,
  retryInMs: undefined,
  startedAt: undefined,
  endedAt: undefined,
  durationMs: undefined,
  exitCode: undefined,
  signal: undefined,
  reason: undefined,
  outputs: {},
  secretOutputs: [],
  checks: [],
  evidence: [],
  observed: false,
  gate: undefined,
  answers: [],
  undo: undefined,
  events: [],
})
