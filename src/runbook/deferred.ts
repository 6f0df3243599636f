/**
 * What a parsed runbook leaves to be done when a step is reached. Classes and not tagged objects, so
 * that no user data can be mistaken for one.
 */
import type { z } from 'zod'

/** CEL types as cel-js names them; `dyn` is unchecked, e.g. a JSON body. */
export type CelType = 'int' | 'double' | 'string' | 'bool' | 'list' | 'map' | 'dyn'

/** Names and their types: what an expression may mention. */
export type Names = Readonly<Record<string, CelType>>

/** A string with `${{ }}`, rendered when the step is reached. */
export class Template {
  readonly source: string
  /** What the rendered value must satisfy (range, pattern, enum). */
  readonly plain: z.ZodType
  constructor(source: string, plain: z.ZodType) {
    this.source = source
    this.plain = plain
  }
}

/**
 * What a CEL parameter may mention besides inputs, secrets, steps, incident and run:
 * `body`: the outcome of the body it stands beside; `own`: the outcome of the kind it belongs to;
 * an array of names: locals of the kind; `none`: nothing more.
 */
export type CelScope = 'body' | 'own' | 'none' | { readonly outcomeOf: string } | Names

/** A condition or value, evaluated by the kind or the engine over a named scope. */
export class Cel {
  readonly source: string
  readonly scope: CelScope
  /** `bool`: a condition; anything else is found when the runbook is read. */
  readonly wants: 'bool' | 'any'
  constructor(source: string, scope: CelScope, wants: 'bool' | 'any' = 'any') {
    this.source = source
    this.scope = scope
    this.wants = wants
  }
}

/** A nested step body, parsed by `parse` after its surroundings. */
export class BodySource {
  readonly raw: unknown
  /** `body`: one step body; `steps`: a list of whole steps. */
  readonly as: 'body' | 'steps'
  /**
   * `looks`: it must only read, unless the step declares its effect; `repeated`: and it is carried
   * out again and again.
   */
  readonly use: 'once' | 'looks' | 'repeated'
  /** Keys beside the kind that are the kind's around it. */
  readonly beside: readonly string[]
  constructor(
    raw: unknown,
    as: 'body' | 'steps',
    { use = 'once', beside = [] }: { use?: BodySource['use']; beside?: readonly string[] } = {},
  ) {
    this.raw = raw
    this.as = as
    this.use = use
    this.beside = beside
  }
}

export const isTemplate = (text: string): boolean => text.includes('${{')
