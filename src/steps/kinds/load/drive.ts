/**
 * Carries out a load: as many workers as may be in flight, each taking the next start when it is
 * free. Only one worker at a time waits for a start, so that starts keep their order and every
 * earlier one is known when the next is scheduled.
 */
import type { Clock } from '../../../ports/clock.ts'
import { createPace } from './pace.ts'

export type Load = {
  count: number
  concurrency: number
  /** Starts per millisecond; undefined: each as soon as a worker is free. */
  perMs: number | undefined
  /** No start after this. */
  forMs: number
}

/** A start later than this after its schedule is told as late: a timer's own coarseness is below. */
export const LATE_MS = 10

/** `fromMs`: what its latency counts from. `wasBusy`: nobody was free when it was due. */
export type Start = { atMs: number; fromMs: number; lateMs: number; wasBusy: boolean }

type Driving = {
  clock: Clock
  /** Ends all waiting; no further start. */
  signal: AbortSignal
  carryOut(start: Start): Promise<void>
}

/** `isFull`: it ended because its count was reached. */
export async function drive(load: Load, driving: Driving): Promise<{ isFull: boolean }> {
  const { clock, signal } = driving
  const beganMs = clock.mono()
  const pace = createPace(load.perMs, beganMs)
  let started = 0
  let turn = Promise.resolve()

  const isOver = (): boolean => signal.aborted || started >= load.count

  /** undefined: nothing more is to be started. */
  const nextStart = async (freeMs: number): Promise<Start | undefined> => {
    const dueMs = pace.due()
    if (isOver() || Math.max(dueMs, clock.mono()) >= beganMs + load.forMs) return undefined
    let atMs = clock.mono()
    while (atMs < dueMs) {
      await sleep(clock, { ms: Math.ceil(dueMs - atMs), signal })
      if (isOver()) return undefined
      atMs = clock.mono()
    }
    pace.started(atMs)
    started += 1
    if (load.perMs === undefined) return { atMs, fromMs: atMs, lateMs: 0, wasBusy: false }
    // Nobody was free when it was due: whoever waited for it, waited since then. If only the timer
    // was late, that is none of the service's doing.
    const wasBusy = freeMs > dueMs
    return { atMs, fromMs: wasBusy ? dueMs : atMs, lateMs: atMs - dueMs, wasBusy }
  }

  const worker = async (): Promise<void> => {
    for (;;) {
      const freeMs = clock.mono()
      const before = turn
      const { promise, resolve } = Promise.withResolvers<void>()
      turn = promise
      await before
      const start = await nextStart(freeMs).finally(resolve)
      if (start === undefined) return
      await driving.carryOut(start)
    }
  }
  const workers = Math.min(load.concurrency, load.count)
  await Promise.all(Array.from({ length: workers }, worker))
  return { isFull: started >= load.count }
}

/** Ends without a word when the signal fires: whoever waits looks at it. */
async function sleep(
  clock: Clock,
  { ms, signal }: { ms: number; signal: AbortSignal },
): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
