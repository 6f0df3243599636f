import { rmSync } from 'node:fs'
import type { Outcome } from './kind.ts'

/** Removes the files of output that nobody keeps. */
export function discardEvidence({ evidence }: Outcome): void {
  for (const draft of evidence) {
    if ('spool' in draft) rmSync(draft.spool.path, { force: true })
  }
}
