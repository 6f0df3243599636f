/**
 * Why a step's AbortSignal fired, by the name of its reason, as the platform names them:
 * TimeoutError is the step's limit, AbortError the operator or a signal from outside.
 */
const limitReached = (timeoutMs: number): DOMException =>
  new DOMException(`reached its limit of ${timeoutMs} ms`, 'TimeoutError')

export const endedByOperator = (how: string): DOMException => new DOMException(how, 'AbortError')

/** Milliseconds that a kind has to settle after its signal fired, incl. TERM and then KILL. */
export const SETTLE_MS = 30_000

/** Longest delay a timer takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647

/** A signal that fires with its parent, or at the limit. `clear` ends the timer. */
export function limitedSignal(
  parent: AbortSignal,
  timeoutMs: number | null,
): { signal: AbortSignal; clear(): void } {
  if (timeoutMs === null) return { signal: parent, clear: () => {} }
  const own = new AbortController()
  // A composite signal would do, at ten times the cost: a load makes one for every request.
  const follow = (): void => own.abort(parent.reason)
  if (parent.aborted) follow()
  parent.addEventListener('abort', follow, { once: true })
  const timer = setTimeout(
    () => own.abort(limitReached(timeoutMs)),
    Math.min(timeoutMs, MAX_TIMER_MS),
  )
  return {
    signal: own.signal,
    clear: () => {
      clearTimeout(timer)
      parent.removeEventListener('abort', follow)
    },
  }
}
