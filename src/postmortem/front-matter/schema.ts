/**
 * The head of postmortem.md: what only people know, next to what the log says of the incident. Every
 * field may be null, which is "not told yet"; what cannot be known is `{ unknown: reason }`.
 */
import { z } from 'zod'
import { ACTION_TYPES, PRIORITIES } from './action-words.ts'
import { HINTS, LOG_HINTS } from './hints.ts'

const line = z.string().trim().min(1).max(500)
const prose = z.string().trim().min(1).max(20_000)
const name = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,39}$/, 'small letters, digits, - and _, at most 40')

const DETECTION_SOURCES = [
  'monitoring',
  'customer',
  'employee',
  'partner',
  'chance',
  'other',
] as const

const unknown = z.strictObject({ unknown: line })

/** Times that nobody can find out any more, each with the reason. */
const unknownTimes = z.partialRecord(
  z.enum(['impact_start', 'detected', 'acknowledged', 'mitigated', 'resolved']),
  line,
)

/** A count: known, estimated, within bounds, or not to be known, with the reason. */
const quantity = z.union([
  z.number().min(0),
  z.strictObject({ about: z.number().min(0) }),
  z.strictObject({
    between: z
      .tuple([z.number().min(0), z.number().min(0)])
      .refine(([low, high]) => low <= high, 'the smaller number comes first'),
  }),
  unknown,
])

const impact = z.strictObject({
  /** `users: 1200`, `failed_logins: { about: 300 }`: the unit is in the name. */
  numbers: z.record(name, quantity).default({}),
  says: prose.optional(),
})

const factor = z.strictObject({
  id: name,
  says: prose,
  /** Ids of the factors that brought this one about. */
  because: z.array(name).default([]),
})

const hypothesis = z.strictObject({
  claim: line,
  state: z.enum(['confirmed', 'likely', 'open', 'dropped']),
  why: prose.optional(),
})

/**
 * A sentence, for people; or a step body of a runbook with `expect`, which `actions check` carries
 * out: `{ run: [npm, test], expect: 'exit_code == 0' }`.
 */
const doneWhen = z.union([prose, z.record(z.string(), z.json())])

const action = z.strictObject({
  id: name,
  title: line,
  type: z.enum(ACTION_TYPES),
  /** One; two owners are none. */
  owner: line.nullish(),
  priority: z.enum(PRIORITIES).nullish(),
  due: z.iso.date('a day, such as 2026-12-01').nullish(),
  /** Where it is worked on. */
  tracker: line.nullish(),
  done_when: doneWhen.nullish(),
  /** It will not be done, and why. */
  declined: line.nullish(),
})

const lessons = z.array(prose)

type Identified = readonly { id: string }[]

/** By the id a report, the log and a tracker mean one and the same thing. */
const uniqueIds = (list: Identified, context: z.core.$RefinementCtx<Identified>): void => {
  const seen = new Set<string>()
  for (const [index, { id }] of list.entries()) {
    if (seen.has(id))
      context.addIssue({
        code: 'custom',
        message: 'there is another one with this id',
        path: [index, 'id'],
      })
    seen.add(id)
  }
}

type Factors = readonly z.output<typeof factor>[]

const knownCauses = (list: Factors, context: z.core.$RefinementCtx<Factors>): void => {
  const ids = new Set(list.map(({ id }) => id))
  for (const [index, { id, because }] of list.entries())
    for (const [at, cause] of because.entries()) {
      const message =
        cause === id
          ? 'a factor does not bring itself about'
          : `there is no factor with this id; there are: ${[...ids].join(', ')}`
      if (cause === id || !ids.has(cause))
        context.addIssue({ code: 'custom', message, path: [index, 'because', at] })
    }
}

/**
 * What may be said to outsiders. Of the rest of the head they are told the services and the impact,
 * unless other words stand here; everything else only where it is named.
 */
const publicWords = z.strictObject({
  title: line.nullish(),
  services: z.array(line).nullish(),
  summary: prose.nullish(),
  impact: prose.nullish(),
  /** Which of the impact's numbers; all of them unless this is given. */
  numbers: z.array(name).nullish(),
  cause: prose.nullish(),
  remedies: z.array(prose).nullish(),
  /** Ids of contributing factors and of actions that are told in their own words. */
  factors: z.array(name).nullish(),
  actions: z.array(name).nullish(),
})

/** What people fill in. */
const ofPeople = {
  detection_source: z.union([z.enum(DETECTION_SOURCES), unknown]),
  unknown_times: unknownTimes,
  services: z.array(line),
  environment: line,
  roles: z.record(name, line),
  impact: z.union([impact, unknown]),
  trigger: z.union([prose, unknown]),
  contributing_factors: z.array(factor).superRefine(uniqueIds).superRefine(knownCauses),
  hypotheses: z.array(hypothesis),
  went_well: lessons,
  went_wrong: lessons,
  lucky: lessons,
  surprising: lessons,
  actions: z.array(action).superRefine(uniqueIds),
  public: publicWords,
} as const

const moment = z.iso.datetime({
  offset: true,
  error: 'a time with its zone, such as 2026-12-01T14:05:00Z',
})

/** What the log says; written here for readers and other tools, and checked by lint against the log. */
const ofLog = {
  incident: z.string(),
  title: z.string(),
  drill: z.boolean(),
  severity: z.string(),
  status: z.string(),
  impact_start: moment,
  detected_at: moment,
  declared_at: moment,
  acknowledged_at: moment,
  mitigated_at: moment,
  resolved_at: moment,
  responders: z.array(z.string()),
  runbooks: z.array(z.strictObject({ name: z.string(), path: z.string(), sha256: z.string() })),
  template: z.string(),
  rendered_by: z.string(),
} as const

type Nullish<T extends Record<string, z.ZodType>> = {
  [K in keyof T]: z.ZodOptional<z.ZodNullable<T[K]>>
}

const nullish = <T extends Record<string, z.ZodType>>(
  fields: T,
  hints: Readonly<Record<keyof T, string>>,
): Nullish<T> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [key, field.nullish().describe(hints[key] ?? '')]),
  ) as unknown as Nullish<T>

export const frontMatterSchema = z.strictObject({
  hotwash: z.literal(1),
  ...nullish(ofLog, LOG_HINTS),
  ...nullish(ofPeople, HINTS),
})

export type FrontMatter = z.output<typeof frontMatterSchema>
export type Action = z.output<typeof action>
export type Quantity = z.output<typeof quantity>
export type Factor = z.output<typeof factor>
