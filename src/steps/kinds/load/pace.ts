/**
 * When the next request may start. Without a rate: at once. With one, starts are scheduled evenly,
 * whether or not earlier ones were answered, and
 *   - no start is earlier than its schedule;
 *   - in no second there are more starts than the rate, counted at the real starts: what a stall
 *     held back is not made up for by a burst beyond it;
 *   - the schedule goes on from where that leaves it, so that one stall delays one second's worth
 *     of requests and not all that follow.
 * Pure: the caller tells the time.
 */
export type Pace = {
  /** The scheduled time of the next start. */
  due(): number
  /** It started: `atMs` is not before `due()`. */
  started(atMs: number): void
}

export function createPace(perMs: number | undefined, beganMs: number): Pace {
  if (perMs === undefined) return { due: () => beganMs, started: () => {} }
  const intervalMs = 1 / perMs
  // A second's worth; a rate below one a second has a window of one start.
  const perWindow = Math.max(1, Math.floor(1_000 * perMs))
  const windowMs = perWindow * intervalMs
  /** The real starts of the last window, in a ring. */
  const starts = new Float64Array(perWindow).fill(-Infinity)
  let count = 0
  let dueMs = beganMs
  const due = (): number => Math.max(dueMs, (starts[count % perWindow] as number) + windowMs)
  return {
    due,
    started: (atMs) => {
      dueMs = due() + intervalMs
      starts[count % perWindow] = atMs
      count += 1
    },
  }
}
