/**
 * The vocabulary in which kinds declare their parameters. A parsed parameter tree holds plain
 * values, and a Template, Cel or BodySource where something is left to do later.
 */
import { z } from 'zod'
import { BodySource, Cel, isTemplate, Template, type CelScope } from './deferred.ts'
import type { Body } from './runbook.ts'

/** A whole parameter value that is exactly one `${{ }}`. */
const WHOLE = /^\s*\$\{\{[\s\S]*\}\}\s*$/

/** Of text where a template is the lesser alternative: the other one is what the author is told of. */
export const NO_TEMPLATE = 'expected one ${{ expression }}'

/** Such a value, or one `${{ }}` that must give such a value. */
export const templated = <T extends z.ZodType>(plain: T) =>
  z.union([
    plain,
    z
      .string()
      .regex(WHOLE, { error: NO_TEMPLATE })
      .transform((source) => new Template(source, plain))
      .meta({ description: 'or one ${{ expression }}' }),
  ])

/** Text that may hold any number of `${{ }}`; `what` says what it is to who gives something else. */
export const text = (plain: z.ZodString = z.string(), what?: string) =>
  z
    .string(what === undefined ? {} : { error: what })
    .transform((source, context): string | Template => {
      if (isTemplate(source)) return new Template(source, plain)
      const checked = plain.safeParse(source)
      if (checked.success) return source
      for (const issue of checked.error.issues) context.addIssue({ ...issue })
      return z.NEVER
    })

/** Text in which `${{ }}` is refused: scripts. `parse` reports V07 for it. */
export const script = () => z.string().meta({ script: true })

export const integer = (bounds: { min?: number; max?: number } = {}) =>
  templated(
    z
      .int()
      .min(bounds.min ?? Number.MIN_SAFE_INTEGER)
      .max(bounds.max ?? Number.MAX_SAFE_INTEGER),
  )

export const flag = () => templated(z.boolean())

/** `250ms`, `30s`, `2m`, `1h`: parsed to milliseconds, above 0 and at most 7 days. */
const DURATION = /^(\d{1,9})(ms|s|m|h)$/
const A_DURATION = 'a duration is a whole number with a unit, such as 250ms, 30s, 2m or 1h'
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const
const WEEK_MS = 7 * 24 * UNIT_MS.h

export const duration = () =>
  z
    .string({ error: A_DURATION })
    .regex(DURATION, { error: A_DURATION })
    .transform((source, context) => {
      const [, count, unit] = DURATION.exec(source) ?? []
      const ms = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]
      if (ms > 0 && ms <= WEEK_MS) return ms
      context.addIssue({ code: 'custom', message: 'a duration is above 0 and at most 168h' })
      return z.NEVER
    })

export const cel = (scope: CelScope = 'none') =>
  z
    .string()
    .min(1)
    .transform((source) => new Cel(source, scope))

export const condition = (scope: CelScope = 'none') =>
  z
    .string()
    .min(1)
    .transform((source) => new Cel(source, scope, 'bool'))

export const body = () =>
  z
    .unknown()
    .transform((raw) => new BodySource(raw, 'body'))
    .meta({ body: true })

/** A body that the kind carries out many times. */
export const repeatedBody = () =>
  z
    .unknown()
    .transform((raw) => new BodySource(raw, 'body', { use: 'repeated' }))
    .meta({ body: true })

/** A body that only looks, with keys of the kind around it beside its own, such as `category`. */
export const bodyWith = <T extends z.ZodRawShape>(beside: T) => {
  const own = z.strictObject(beside)
  const names = Object.keys(beside)
  return z
    .unknown()
    .transform((raw, context) => {
      const held = raw !== null && typeof raw === 'object' ? Object.entries(raw) : []
      const given = own.safeParse(Object.fromEntries(held.filter(([key]) => names.includes(key))))
      const body = new BodySource(raw, 'body', { use: 'looks', beside: names })
      if (given.success) return { ...given.data, body }
      for (const issue of given.error.issues) context.addIssue({ ...issue })
      return z.NEVER
    })
    .meta({ body: true, beside: own })
}

export const nestedSteps = () =>
  z
    .unknown()
    .transform((raw) => new BodySource(raw, 'steps'))
    .meta({ steps: true })

/** Any JSON; strings in it may hold `${{ }}`. */
export const json = () => z.json().transform(templateStrings)

function templateStrings(value: unknown): unknown {
  if (typeof value === 'string') return isTemplate(value) ? new Template(value, z.unknown()) : value
  if (Array.isArray(value)) return value.map(templateStrings)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, templateStrings(item)]),
  )
}

/** A parameter type after parsing and rendering: Templates are values, BodySources are Bodies. */
export type Rendered<T> = T extends Template
  ? never
  : T extends BodySource
    ? Body
    : T extends Cel
      ? T
      : T extends readonly (infer U)[]
        ? Rendered<U>[]
        : T extends object
          ? { [K in keyof T]: Rendered<T[K]> }
          : T
