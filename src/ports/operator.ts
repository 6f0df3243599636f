/** The person at the terminal, or nobody. The engine asks and tells; the screen is an adapter. */
import type { Answer, Check, EventData, Gate } from '../incident/event.ts'
import type { RunState, StepState } from '../incident/state.ts'
import type { Value } from '../incident/value.ts'
import type { Effect } from '../runbook/runbook.ts'

/** All that a person needs to decide about one step. Everything is masked already. */
export type StepCard = {
  id: string
  name: string
  description: string | undefined
  refs: readonly string[]
  kind: string
  /** `round 2 of 3: web2`, in a `foreach`. */
  round?: string | undefined
  /** It is a group: its members work, each with a card of its own. */
  group?: boolean
  effect: Effect
  /** What it would do, one or more lines. */
  preview: string
  /** What undoes it; undefined: cannot be undone. */
  undo: string | undefined
  /** Host, database or folder it works on; '' where its members say so. */
  target: string
  timeoutMs: number | null
  attempt: number
  /** 1-based place among all steps. */
  n: number
  of: number
  run: {
    incident: string
    severity: string
    environment: string | undefined
    startedAt: string
    status: RunState['status']
  }
  /** Inputs that can be edited here. */
  inputs: Readonly<Record<string, Value>>
}

export type Question =
  | {
      type: 'step'
      card: StepCard
      confirm: string | undefined
      /** typed in full before a step that destroys */ typeToConfirm: string | undefined
    }
  | {
      type: 'gate'
      card: StepCard
      gate: Gate
      question: string
      accepts: Readonly<Record<string, Value>>
      problem: string | undefined
    }
  | { type: 'failure'; card: StepCard; reason: string; checks: readonly Check[]; undoable: number }
  | {
      type: 'settle'
      card: StepCard
      why: string
      undo: boolean
      runningPid: number | undefined
      /** There is something to look at again: a check, or a process that may have ended. */
      probes: boolean
    }
  | { type: 'undo_failed'; card: StepCard; reason: string; remaining: number }
  | { type: 'interrupt'; card: StepCard; elapsedMs: number }
  | { type: 'runbook_changed'; was: string; now: string; diff: string }
  /** Before the check of an action of a report is carried out. */
  | { type: 'check'; card: StepCard }

/** What a person said. Which replies fit which question is in `REPLIES`. */
export type Reply =
  | { do: 'run' }
  | { do: 'retry' }
  | { do: 'skip'; reason: string }
  | { do: 'edit'; input: string; value: string }
  | { do: 'note'; text: string }
  | { do: 'by_hand'; evidence: string }
  | { do: 'rollback'; reason: string }
  | { do: 'quit' }
  | { do: 'answer'; answer: Answer }
  | { do: 'settle'; as: 'done' | 'not_done'; evidence: string }
  | { do: 'probe' }
  | { do: 'continue' }
  | { do: 'interrupt' }
  | { do: 'kill' }
  | { do: 'use_new' }
  | { do: 'use_old' }

export const REPLIES = {
  step: ['run', 'skip', 'edit', 'note', 'by_hand', 'rollback', 'quit'],
  gate: ['answer', 'skip', 'note', 'rollback', 'quit'],
  failure: ['retry', 'edit', 'by_hand', 'skip', 'note', 'rollback', 'quit'],
  settle: ['settle', 'probe', 'note', 'quit'],
  undo_failed: ['retry', 'by_hand', 'skip', 'note', 'quit'],
  interrupt: ['continue', 'interrupt', 'kill'],
  runbook_changed: ['use_new', 'use_old', 'quit'],
  check: ['run', 'skip', 'quit'],
} as const satisfies Record<Question['type'], readonly Reply['do'][]>

export type Update =
  | { type: 'started'; card: StepCard; undo: boolean }
  /** `together`: others are at work at the same time. */
  | {
      type: 'output'
      step: string
      line: string
      stream: 'stdout' | 'stderr'
      together?: boolean
    }
  | { type: 'finished'; step: StepState; undo: boolean }
  | { type: 'finding'; step: string; finding: EventData['finding.made'] }
  | { type: 'retrying'; step: string; inMs: number; attempt: number; of: number }
  | { type: 'skipped'; step: string; name: string; reason: string }
  | {
      type: 'planned'
      card: StepCard
      ran: 'read' | 'not_run' | 'skipped' | 'undo'
      result: string
    }
  | { type: 'say'; text: string; level: 'info' | 'warning' }
  | { type: 'run_finished'; run: RunState; next: string | undefined }

export type Operator = {
  /** False: nobody to ask; `ask` is never called. */
  readonly interactive: boolean
  /** Rejects with the signal's reason when `signal` fires: somebody answered elsewhere. */
  ask(question: Question, signal: AbortSignal): Promise<Reply>
  show(update: Update): void
  /** The terminal is handed to a child until the promise settles. */
  lend<T>(use: () => Promise<T>): Promise<T>
  /** Where the run ends by an exception: what is shown as at work goes. */
  close?(): void
}

/** ^C, SIGTERM, SIGHUP as they arrive. */
export type Signals = { listen(on: (name: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void): () => void }
