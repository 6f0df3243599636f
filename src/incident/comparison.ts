/**
 * What a snapshot found to be other than in an earlier one: kept as evidence in this form, and read
 * again by reports. Bounded where it is made; what was left out is counted.
 */
import { z } from 'zod'

/** The label under which a snapshot keeps it. */
export const COMPARISON = 'comparison'

/** back: was down and is up again; lost: the other way round. */
const HOW = [
  'back',
  'lost',
  'changed',
  'added',
  'gone',
  'seen_again',
  'unseen',
  'new',
  'dropped',
] as const
export type How = (typeof HOW)[number]

/** null: there was no such fact. */
const fact = z.strictObject({
  fact: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** Of long texts: only the lines that went, and those that came. */
  by_line: z.literal(true).optional(),
})

const change = z.strictObject({
  group: z.string(),
  name: z.string(),
  how: z.enum(HOW),
  facts: z.array(fact),
  /** Further facts that differ. */
  more: z.int().min(0),
})

const health = z.strictObject({
  status: z.string(),
  latency_ms: z.number(),
  category: z.string(),
  seen: z.string(),
})

const counts = z.strictObject({
  group: z.string(),
  unchanged: z.int(),
  /** By how they differ; what does not occur is left out. */
  differ: z.partialRecord(z.enum(HOW), z.int()),
})

export const comparison = z.strictObject({
  /** The step that it is compared with. */
  like: z.string(),
  groups: z.array(counts),
  changes: z.array(change),
  /** Every health check, also one that did not change. */
  health: z.array(
    z.strictObject({
      name: z.string(),
      before: health.nullable(),
      after: health.nullable(),
    }),
  ),
})

export type Comparison = z.output<typeof comparison>
export type Change = z.output<typeof change>
export type Fact = z.output<typeof fact>
export type CheckedOnce = z.output<typeof health>

export const HOW_WORDS: Readonly<Record<How, string>> = {
  changed: 'changed',
  added: 'added',
  gone: 'gone',
  back: 'up again',
  lost: 'down now',
  seen_again: 'can be seen again',
  unseen: 'cannot be seen now',
  new: 'not looked at before',
  dropped: 'not looked at now',
}

/** `3 changed, 1 up again, 12 unchanged`. */
export function countsInWords({ groups }: Pick<Comparison, 'groups'>): string {
  const of = (how: How): number => groups.reduce((sum, { differ }) => sum + (differ[how] ?? 0), 0)
  const parts = HOW.filter((how) => of(how) > 0).map((how) => `${of(how)} ${HOW_WORDS[how]}`)
  const unchanged = groups.reduce((sum, group) => sum + group.unchanged, 0)
  return [...parts, `${unchanged} unchanged`].join(', ')
}
