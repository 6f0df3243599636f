/**
 * ^C, SIGTERM and SIGHUP during a run.
 *   ^C while a step works, at a terminal: asks continue, interrupt, kill. A second ^C terminates.
 *   ^C elsewhere, or with nobody to ask, and SIGTERM: the step is ended, the run pauses, 130 or 143.
 *   SIGHUP (the terminal is gone): the step goes on to its end, then the run pauses.
 * What has to stop looks at `stop`; whoever waits listens to `signal`.
 */
import type { Operator, Reply, Signals, StepCard } from '../ports/operator.ts'
import { endedByOperator } from './attempt/end-reason.ts'

type Stop = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** A step that works now; several, where a group runs them together. */
type Current = { card: StepCard; startedMono: number; controller: AbortController; kill(): void }

export type Interrupts = {
  readonly stop: Stop | undefined
  /** Fires once the run has to stop; for prompts and pauses between attempts. */
  readonly signal: AbortSignal
  /** Registers a step that works now; `end` when it is over. */
  begin(card: StepCard, kill: () => void): { signal: AbortSignal; end(): void }
  /** Ends what works now: this process cannot go on. */
  endAll(): void
  close(): void
}

export function createInterrupts(ports: {
  operator: Operator
  signals: Signals
  mono: () => number
}): Interrupts {
  let stop: Stop | undefined
  const current = new Set<Current>()
  let question: AbortController | undefined
  const waiting = new AbortController()

  const endAll = (how: string): void => {
    for (const one of current) one.controller.abort(endedByOperator(how))
  }

  const halt = (name: Stop): void => {
    stop ??= name
    question?.abort(endedByOperator(name))
    if (name !== 'SIGHUP') endAll(`ended by ${name}`)
    waiting.abort(endedByOperator(name))
  }

  const ask = async (about: readonly Current[]): Promise<void> => {
    question = new AbortController()
    const elapsedMs = Math.round(ports.mono() - Math.min(...about.map((one) => one.startedMono)))
    const reply = await ports.operator
      .ask({ type: 'interrupt', card: cardOfAll(about), elapsedMs }, question.signal)
      .catch((): Reply => ({ do: 'continue' }))
    question = undefined
    if (reply.do === 'interrupt' || reply.do === 'kill') {
      for (const one of about) one.controller.abort(endedByOperator('interrupted by the operator'))
    }
    if (reply.do === 'kill') for (const one of about) one.kill()
  }

  const stopListening = ports.signals.listen((name) => {
    const asks = name === 'SIGINT' && ports.operator.interactive && question === undefined
    const about = [...current].filter(({ controller }) => !controller.signal.aborted)
    if (asks && about.length > 0) void ask(about)
    else halt(name)
  })

  return {
    get stop() {
      return stop
    },
    signal: waiting.signal,
    begin(card, kill) {
      const mine = { card, startedMono: ports.mono(), controller: new AbortController(), kill }
      current.add(mine)
      if (stop === 'SIGINT' || stop === 'SIGTERM') mine.controller.abort(endedByOperator(stop))
      return {
        signal: mine.controller.signal,
        end: () => {
          current.delete(mine)
          // The last one ended by itself: there is nothing left to interrupt.
          if (current.size === 0) question?.abort(endedByOperator('the step is over'))
        },
      }
    },
    endAll: () => endAll('hotwash cannot go on'),
    close: stopListening,
  }
}

/** Of several steps at once: what is answered is for all of them. */
function cardOfAll(about: readonly Current[]): StepCard {
  const [first, ...others] = about.map(({ card }) => card)
  if (first === undefined) throw new Error('nothing is at work')
  if (others.length === 0) return first
  const id = [first, ...others].map((card) => card.id).join(', ')
  return { ...first, id, name: `${others.length + 1} steps at the same time` }
}
