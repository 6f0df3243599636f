/** How a signal that fired ended a step. `AbortSignal.timeout` and the engine name it TimeoutError. */
export const endedBy = (signal: AbortSignal): 'timed_out' | 'aborted' => {
  const reason: unknown = signal.reason
  const named = reason !== null && typeof reason === 'object' && 'name' in reason
  return named && reason.name === 'TimeoutError' ? 'timed_out' : 'aborted'
}
