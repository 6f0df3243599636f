/** How one thing is looked at, and what came of it. */
import type { Value } from '../../../incident/value.ts'
import type { StepContext } from '../../kind.ts'
import type { Group } from './params.ts'

/** One thing looked at. `name` is unique within the snapshot. */
export type Seen = { group: Group; name: string } & (
  { ok: true; value: Value } | { ok: false; reason: string }
)

/** A collector throws when it cannot see; `signal` is its own limit. */
export type Collector = (context: StepContext, signal: AbortSignal) => Promise<Value>
