/** What the loop can be told to do, and what it knows of the present step. */
import type { StepState } from '../../incident/state.ts'
import type { Step } from '../../runbook/runbook.ts'

export type Progress = {
  /** The step this is about; of no meaning for another one. */
  step: string
  when: boolean
  checked: boolean
  confirmed: boolean
  asked: boolean
  /** A failed step is to be attempted again: the pause is over, or a person said so. */
  again: boolean
}

export const noProgress = (step: string): Progress => ({
  step,
  when: false,
  checked: false,
  confirmed: false,
  asked: false,
  again: false,
})

export type Mode = {
  /** Somebody is at the terminal. */
  interactive: boolean
  /** Ask before every step. */
  guided: boolean
  /** --yes: `confirm` and destroy are covered. */
  yes: boolean
  progress: Progress | undefined
  /** Steps that this process attempts at this moment, of a group whose members run together. */
  active?: ReadonlySet<string>
  isGate(kind: string): boolean
}

export type SkippedBy = 'when' | 'check' | 'option' | 'group' | 'selection' | 'operator'
export type FinalStatus = 'succeeded' | 'failed' | 'rolled_back' | 'stopped'
export type PauseWhy = 'operator' | 'waiting' | 'hangup' | 'unknown_step' | 'failed_step'

export type Action =
  | { do: 'skip'; step: Step; by: SkippedBy; reason: string }
  | { do: 'evaluate_when'; step: Step }
  | { do: 'probe_check'; step: Step }
  | { do: 'open_gate'; step: Step; confirm: boolean }
  | { do: 'await_gate'; step: Step; confirm: boolean }
  | { do: 'ask_step'; step: Step }
  /** `together`: others of its group may be at work meanwhile. */
  | { do: 'attempt'; step: Step; attempt: number; together?: true }
  | { do: 'start_group'; step: Step; attempt: number }
  /** `reason`: why it failed. */
  | { do: 'finish_group'; step: Step; reason: string | undefined }
  | { do: 'await_members' }
  | { do: 'wait_retry'; step: Step; delayMs: number }
  | { do: 'ask_failure'; step: Step; state: StepState }
  | { do: 'settle'; step: Step; undo: boolean; interrupted: boolean }
  | { do: 'request_rollback'; reason: string; rehearsal?: true }
  | { do: 'undo'; step: Step }
  | { do: 'ask_undo_failed'; step: Step; state: StepState; remaining: number }
  | { do: 'finish'; status: FinalStatus; reason: string | undefined }
