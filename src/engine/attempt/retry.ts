/** When a failed attempt is repeated by itself. Pure. */
import type { Retry } from '../../runbook/runbook.ts'

/**
 * The pause before the next attempt in ms; undefined: no further attempt.
 * `attempt` counts from 1 within this series; a person's "retry" begins a new one.
 */
export function retryDelayMs(
  retry: Retry | undefined,
  attempt: number,
  exitCode: number | undefined,
): number | undefined {
  if (retry === undefined || attempt > retry.limit) return undefined
  if (retry.exitCodes !== undefined) {
    if (exitCode === undefined || !retry.exitCodes.includes(exitCode)) return undefined
  }
  const grown = retry.intervalMs * retry.backoff ** (attempt - 1)
  return Math.round(Math.min(grown, retry.maxIntervalMs))
}
