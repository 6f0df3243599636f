/** What an incident is at one moment: the fold of its events and nothing else. */
import type { Finding } from './finding.ts'
import type { Value } from './value.ts'
import type { Answer, Check, EventOf, Evidence, Gate } from './event.ts'

export type StepStatus =
  'pending' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'skipped' | 'unknown' | 'rolled_back'

export type RunStatus =
  'running' | 'waiting' | 'paused' | 'succeeded' | 'failed' | 'rolled_back' | 'stopped' | 'unknown'

export type OpenGate = EventOf<'gate.opened'>['data'] & {
  openedAt: string
  /** Only answers with a later clock and the same digest are answers to this gate. */
  clock: number
  step: string
  /** Who asks: an approval comes from somebody else. */
  by: { name: string; email: string; host: string }
}
export type GivenAnswer = {
  gate: Gate
  digest: string
  answer: Answer
  secretValues: readonly string[]
  at: string
  by: { name: string; email: string; host: string }
  clock: number
}

export type UndoStatus = 'pending' | 'running' | 'succeeded' | 'failed' | 'unknown' | 'skipped'

export type StepState = {
  id: string
  kind: string
  name: string
  always: boolean
  status: StepStatus
  by: 'hand' | undefined
  attempts: number
  /** The last attempt failed and the engine tries again by itself. */
  retryInMs: number | undefined
  /** The last attempt was cut short, by a signal or the operator; `earlier`: the run was resumed since. */
  interrupted?: 'now' | 'earlier' | undefined
  startedAt: string | undefined
  endedAt: string | undefined
  durationMs: number | undefined
  exitCode: number | undefined
  signal: string | undefined
  reason: string | undefined
  outputs: Readonly<Record<string, Value>>
  secretOutputs: readonly string[]
  checks: readonly Check[]
  /** What the last attempt said of itself besides: what was found, what it is to be read with. */
  notes?: readonly string[]
  evidence: readonly Evidence[]
  observed: boolean
  /** The group it is a member of. */
  within?: string | undefined
  /** Of a group, from its first start on: what it works on. */
  group?: EventOf<'step.started'>['data']['group']
  /** The open gate, and the answers given to gates of this step, oldest first. */
  gate: OpenGate | undefined
  answers: readonly GivenAnswer[]
  /** Set from the first durable step.started with an undo: the step is in the ledger. */
  undo:
    | {
        status: UndoStatus
        preview: string
        kind: string
        exitCode: number | undefined
        durationMs?: number | undefined
        reason: string | undefined
        by?: 'hand' | undefined
        /** Digest of the step and its rollback as written. */
        source?: string | undefined
        /** What the undo sees: values as they were before the step ran. */
        scope: {
          inputs: Readonly<Record<string, Value>>
          outputs: Readonly<Record<string, Readonly<Record<string, Value>>>>
          runbook: string
          /** What it included then. */
          includes?: RunState['runbook']['includes']
        }
        /** Position in the ledger, ascending with the first start. */
        order: number
      }
    | undefined
  /** Clock numbers of the events that made this step what it is, for citations. */
  events: number[]
}

export type RunState = {
  id: string
  runbook: EventOf<'run.started'>['data']['runbook']
  status: RunStatus
  /** Why it paused or finished as it did. */
  reason: string | undefined
  guided: boolean
  yes: boolean
  startedAt: string
  endedAt: string | undefined
  inputs: Readonly<Record<string, Value>>
  from: string | undefined
  until: string | undefined
  /** Only steps with one of these tags have a part in it. */
  tags?: readonly string[] | undefined
  skipTags?: readonly string[] | undefined
  /** In runbook order, `always` last. */
  steps: Map<string, StepState>
  /** Runs forward, then undoes everything, against declared targets. */
  rehearsal: boolean
  /** A rollback was asked for and is not finished. */
  rollback: { reason: string; to: string | undefined; rehearsal?: boolean } | undefined
}

type IncidentStatus = 'open' | 'acknowledged' | 'mitigated' | 'resolved' | 'closed'

export type IncidentState = {
  id: string
  title: string
  severity: string
  status: IncidentStatus
  declaredAt: string
  declaredBy: string
  detectedAt: string | undefined
  impactStart: string | undefined
  acknowledgedAt: string | undefined
  mitigatedAt: string | undefined
  resolvedAt: string | undefined
  closedAt: string | undefined
  /** A rehearsal declared it: nobody was hit, and nothing of it counts. */
  drill: boolean
  /** It was over when its report was imported. */
  imported: boolean
  /** False: an imported report that does not say; `declaredAt` is its day then, to be listed by. */
  declaredKnown: boolean
  /** Oldest first. */
  runs: RunState[]
  /** What was observed and concluded, in order. */
  findings: Finding[]
  /** Clock of the event that wrote its report last. */
  reported: number | undefined
  /** How many decisions people took on its report. */
  reviews: number
  events: number
  lastClock: number
}
