/** Asking the person at the terminal; a run that has to stop ends every prompt. */
import { REPLIES, type Question, type Reply } from '../../ports/operator.ts'
import type { LiveRun, Pause } from '../live-run.ts'
import { recordStep } from '../record-step.ts'

export type ReplyTo<T extends Question['type']> = Extract<
  Reply,
  { do: (typeof REPLIES)[T][number] }
>

/** undefined: the prompt was ended, by `signal` or because the run has to stop. */
export async function ask<Q extends Question>(
  live: LiveRun,
  question: Q,
  signal?: AbortSignal,
): Promise<ReplyTo<Q['type']> | undefined> {
  const either =
    signal === undefined
      ? live.interrupts.signal
      : AbortSignal.any([live.interrupts.signal, signal])
  if (either.aborted) return undefined
  try {
    const reply = await live.operator.ask(question, either)
    const fitting: readonly string[] = REPLIES[question.type]
    if (fitting.includes(reply.do)) return reply as ReplyTo<Q['type']>
    throw new Error(`"${reply.do}" is no reply to a question of type ${question.type}`)
  } catch (error) {
    if (either.aborted) return undefined
    throw error
  }
}

export const quit = (why: Pause['pause'], reason: string): Pause => ({ pause: why, reason })

export function addNote(live: LiveRun, step: string, text: string): undefined {
  recordStep(live, { id: step }, { type: 'note.added', data: { text, step } })
}
