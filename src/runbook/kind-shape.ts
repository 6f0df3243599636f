/** What parsing needs to know of a step kind; the table in steps/registry.ts fits it. */
import type { z } from 'zod'
import type { Names } from './deferred.ts'
import type { Effect, GroupWay } from './runbook.ts'

export type KindShape = {
  readonly type: 'action' | 'gate' | 'group'
  /** Of a group: how its members are walked. */
  readonly members?: GroupWay
  readonly summary: string
  readonly params: z.ZodType
  readonly example: string
  readonly effect: Effect | ((params: unknown) => Effect)
  readonly locals?: Names
  readonly outcome: Names
  readonly defaultOutputs: Readonly<Record<string, string>>
  readonly timeoutMs: number | null
  readonly repeatable?: true
}

export type KindShapes = Readonly<Record<string, KindShape>>

/** Kinds and fields of later versions: known, so that they are refused by name. */
export const LATER_KINDS: ReadonlySet<string> = new Set([])
export const LATER_FIELDS: ReadonlySet<string> = new Set(['on', 'rollout', 'targets'])
