/**
 * ^C, SIGTERM and SIGHUP during a run.
 *   ^C while a step works, at a terminal: asks continue, interrupt, kill. A second ^C terminates.
 *   ^C elsewhere, or with nobody to ask, and SIGTERM: the step is ended, the run pauses, 130 or 143.
 *   SIGHUP (the terminal is gone): the step goes on to its end, then the run pauses.
 * What has to stop looks at `stop`; whoever waits listens to `signal`.
 */
import type { Operator, Reply, Signals, StepCard } from '../ports/operator.ts'
import { endedByOperator } from './end-reason.ts'

type Stop = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** The step that works now. */
type Current = { card: StepCard; startedMono: number; controller: AbortController; kill(): void }

export type Interrupts = {
  readonly stop: Stop | undefined
  /** Fires once the run has to stop; for prompts and pauses between attempts. */
  readonly signal: AbortSignal
  /** Registers the step that works now; `end` when it is over. */
  begin(card: StepCard, kill: () => void): { signal: AbortSignal; end(): void }
  close(): void
}

export function createInterrupts(ports: {
  operator: Operator
  signals: Signals
  mono: () => number
}): Interrupts {
  let stop: Stop | undefined
  let current: Current | undefined
  let question: AbortController | undefined
  const waiting = new AbortController()

  const halt = (name: Stop): void => {
    stop ??= name
    question?.abort(endedByOperator(name))
    if (name !== 'SIGHUP') current?.controller.abort(endedByOperator(`ended by ${name}`))
    waiting.abort(endedByOperator(name))
  }

  const ask = async (about: Current): Promise<void> => {
    question = new AbortController()
    const elapsedMs = Math.round(ports.mono() - about.startedMono)
    const reply = await ports.operator
      .ask({ type: 'interrupt', card: about.card, elapsedMs }, question.signal)
      .catch((): Reply => ({ do: 'continue' }))
    question = undefined
    if (reply.do === 'interrupt' || reply.do === 'kill') {
      about.controller.abort(endedByOperator('interrupted by the operator'))
    }
    if (reply.do === 'kill') about.kill()
  }

  const stopListening = ports.signals.listen((name) => {
    const asks = name === 'SIGINT' && ports.operator.interactive && question === undefined
    if (asks && current !== undefined && !current.controller.signal.aborted) void ask(current)
    else halt(name)
  })

  return {
    get stop() {
      return stop
    },
    signal: waiting.signal,
    begin(card, kill) {
      const mine = { card, startedMono: ports.mono(), controller: new AbortController(), kill }
      current = mine
      if (stop === 'SIGINT' || stop === 'SIGTERM') mine.controller.abort(endedByOperator(stop))
      return {
        signal: mine.controller.signal,
        end: () => {
          current = undefined
          // The step ended by itself: there is nothing left to interrupt.
          question?.abort(endedByOperator('the step is over'))
        },
      }
    },
    close: stopListening,
  }
}
