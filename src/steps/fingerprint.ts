/**
 * What tells two values apart without showing them: keyed per incident, so that a weak value cannot
 * be guessed from it, and short, since it is read by people.
 */
import type { StepContext } from './kind.ts'

const CHARS = 16

export const fingerprintOf = (
  context: Pick<StepContext, 'keyedDigest'>,
  content: string | Uint8Array,
): string => context.keyedDigest(content).slice(0, CHARS)
