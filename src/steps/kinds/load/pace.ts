/**
 * When the next request may start. Without a rate: at once. With one, starts have slots at even
 * distances, whether or not earlier ones were answered, and
 *   - no start is earlier than its slot;
 *   - in no second there are more starts than the rate, counted at the real starts;
 *   - short delays are made up for within that bound, at twice the pace at most;
 *   - after a longer one the slots are laid anew from the first start that the bound allows: one
 *     stall delays a second's worth of requests, and not all that follow.
 * Pure: the caller tells the time.
 */
export type Pace = {
  /** The scheduled time of the next start. */
  due(): number
  /** It started: `atMs` is not before `due()`. */
  started(atMs: number): void
}

const LONG_DELAY_MS = 100

export function createPace(perMs: number | undefined, beganMs: number): Pace {
  if (perMs === undefined) return { due: () => beganMs, started: () => {} }
  const intervalMs = 1 / perMs
  // A second's worth; a rate below one a second has a window of one start.
  const perWindow = Math.max(1, Math.floor(1_000 * perMs))
  const windowMs = perWindow * intervalMs
  /** The real starts of the last window, in a ring. */
  const starts = new Float64Array(perWindow).fill(-Infinity)
  let count = 0
  let slotMs = beganMs
  let lastDueMs = -Infinity
  const due = (): number => {
    const allowedMs = (starts[count % perWindow] as number) + windowMs
    return Math.max(slotMs, allowedMs, lastDueMs + intervalMs / 2)
  }
  return {
    due,
    started: (atMs) => {
      lastDueMs = due()
      const isLong = lastDueMs - slotMs > LONG_DELAY_MS
      slotMs = (isLong ? lastDueMs : slotMs) + intervalMs
      starts[count % perWindow] = atMs
      count += 1
    },
  }
}
