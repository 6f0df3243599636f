/** Asking the person at the terminal; a run that has to stop ends every prompt. */
import type { Question, Reply } from '../ports/operator.ts'
import type { LiveRun, Pause } from './live-run.ts'
import { recordStep } from './record-step.ts'

/** undefined: the prompt was ended, by `signal` or because the run has to stop. */
export async function ask(
  live: LiveRun,
  question: Question,
  signal?: AbortSignal,
): Promise<Reply | undefined> {
  const either =
    signal === undefined
      ? live.interrupts.signal
      : AbortSignal.any([live.interrupts.signal, signal])
  if (either.aborted) return undefined
  try {
    return await live.operator.ask(question, either)
  } catch (error) {
    if (either.aborted) return undefined
    throw error
  }
}

export const quit = (why: Pause['pause'], reason: string): Pause => ({ pause: why, reason })

export function addNote(live: LiveRun, step: string, text: string): undefined {
  recordStep(live, { id: step }, { type: 'note.added', data: { text, step } })
}
