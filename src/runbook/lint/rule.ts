/** What a rule is given, and how it says that it found something at a step. */
import type { Uses } from '../parse/check-pending.ts'
import type { KindShapes } from '../kind-shape.ts'
import type { Problems } from '../yaml/problems.ts'
import type { Runbook, Step } from '../runbook.ts'
import type { Source } from '../yaml/source.ts'

export type Linting = {
  runbook: Runbook
  uses: Uses
  kinds: KindShapes
  source: Source
  problems: Problems
}

type Finding = { code: string; message: string; hint: string }

export function warn({ source, problems }: Linting, step: Step, finding: Finding): void {
  // A step of another text, which is linted by itself.
  if (step.origin !== undefined) return
  problems.add(offsetOf(source.text, step), { ...finding, severity: 'warning' })
}

/** Steps carry their place and not their path: nested steps have none in the list. */
function offsetOf(text: string, { place }: Step): number {
  let offset = 0
  for (let line = 1; line < place.line; line += 1) offset = text.indexOf('\n', offset) + 1
  return offset + place.column - 1
}
