import type { RunStatus } from './state.ts'

const ENDED: ReadonlySet<RunStatus> = new Set(['succeeded', 'failed', 'rolled_back', 'stopped'])

/** Nothing of it is left to do; a run that rests, or of which nothing is known, can be gone on with. */
export const hasEnded = ({ status }: { status: RunStatus }): boolean => ENDED.has(status)
