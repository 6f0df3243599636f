/** What the parts of the parser share while one runbook is read. */
import type { z } from 'zod'
import { isTemplate, type CelType, type Names, type Template } from '../deferred.ts'
import type { KindShapes } from '../kind-shape.ts'
import type { Path, Problem, Problems } from '../yaml/problems.ts'
import type { Issue, Place } from '../../errors.ts'
import type { Body, Included, IncludedText, OnFailure, Runbook, Step } from '../runbook.ts'
import type { Source } from '../yaml/source.ts'
import { problemsOf } from '../yaml/zod-problems.ts'

/** An expression that is checked once all steps and their outputs are known. */
export type Pending = {
  path: Path
  /** Locals and the outcome, besides the names of the runbook. */
  extra: Names
  /** Steps with a lower number may be mentioned; undefined: none. */
  order: number | undefined
  /** Why a secret must not stand here; undefined: it may. */
  noSecret: string | undefined
} & (
  | { is: 'cel'; source: string; wants: 'bool' | 'list' | 'any' }
  | { is: 'template'; template: Template }
  /** A step named outright, as in `refreshed_by` or `like`. */
  | { is: 'step'; id: string; kind?: string }
) & {
    /** Of an included runbook, where an expression is about its steps. */
    names?: Names
  }

export type KnownStep = {
  id: string
  offset: number
  /** Place in the order of the file; nested steps follow their `decide`. */
  order: number
  kind: string | undefined
  /** undefined: not known before the run, e.g. of a step that could not be parsed. */
  outputs: readonly string[] | undefined
  /** The step around it. */
  outer: string | undefined
  raw: Record<string, unknown>
}

/** `beside`: keys that stand beside the body and are the kind's around it, taken out of `raw`. */
export type Nested = { raw: unknown; path: Path; beside?: readonly string[] }

type Inner<T> = (parsing: Parsing, at: Nested, around: Around) => T

/** Another runbook's text. Called while a text is parsed: it waits for nothing. */
export type LoadRunbook = (
  name: string,
  /** `path` of the text that includes it. */
  from: string,
) => { ok: true; path: string; text: string } | { ok: false; message: string; hint?: string }

/** What is known of a text that was parsed without an error. */
type ParsedText = {
  runbook: Runbook
  /** Names that its expressions may mention. */
  names: Names
  /** Inputs that are needed before step 1, for guards, secrets and the lock, and where. */
  early: ReadonlyMap<string, Place>
}

/** One text with what it includes: the way back from a step that includes another one. */
export type ParseText = (
  file: { text: string; path: string; kinds: KindShapes },
  from: Pick<Parsing, 'load' | 'trail' | 'budget'>,
) => { ok: true; parsed: ParsedText; warnings: Issue[] } | { ok: false; issues: Issue[] }

/** How a text came to be read: the outermost first, itself last. */
export type Trail = readonly { path: string; at: Place | undefined }[]

export type Parsing = {
  /** Parameters hold bodies, and bodies hold parameters: this is the way back. */
  parseBody: Inner<Body | undefined>
  parseNestedSteps: Inner<string[]>
  source: Source
  problems: Problems
  kinds: KindShapes
  pending: Pending[]
  known: Map<string, KnownStep>
  /** In the order of the file; a step that could not be parsed is left out. */
  steps: Step[]
  nextOrder: number
  /** Raw steps by id, for flows that are used again. */
  raw: Map<string, { raw: Record<string, unknown>; path: Path }>
  databases: ReadonlySet<string>
  /** Of included runbooks, in the order of their steps. */
  includedAlways: Step[]
  includes: Record<string, Included>
  texts: IncludedText[]
  /** Inputs that are needed before step 1, and where. */
  early: Map<string, Place>
  parseText: ParseText
  load: LoadRunbook | undefined
  trail: Trail
  /** Shared by all texts that are read together. */
  budget: { includes: number }
  defaults: { timeoutMs: number | undefined; onFailure: OnFailure | undefined }
}

export type Around = {
  /** Names of the kinds around. */
  locals: Readonly<Record<string, CelType>>
  /** Number of the step this is part of. */
  order: number | undefined
  always: boolean
  inside?: Inside | undefined
}

/** The groups around a step. */
export type Inside = {
  /** The nearest `parallel`. */
  together: string | undefined
  /** A group around it asks before it begins, for all that is in it. */
  confirmed: boolean
  /** Names of the items of `foreach`. */
  items: readonly string[]
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function addAt(parsing: Parsing, path: Path, problem: Problem & { of?: 'key' }): void {
  parsing.problems.add(parsing.source.offsetOf(path, problem.of ?? 'value'), problem)
}

/** undefined: the problems say why. */
export function parseWith<S extends z.ZodType>(
  parsing: Parsing,
  schema: S,
  at: { value: unknown; path: Path; more?: readonly string[]; place?: (path: Path) => Path },
): z.output<S> | undefined {
  const result = schema.safeParse(at.value)
  if (result.success) return result.data
  const options = { schema, ...(at.more && { more: at.more }) }
  for (const { path, of, ...problem } of problemsOf(result.error, at.value, options)) {
    const full = at.place ? at.place(path) : [...at.path, ...path]
    parsing.problems.add(parsing.source.offsetOf(full, of), problem)
  }
  return undefined
}

/** `${{ }}` where nothing fills it in would be shown, or run, as it stands. */
export function refuseTemplate(
  parsing: Parsing,
  text: unknown,
  { path, hint }: { path: Path; hint?: string },
): void {
  if (typeof text !== 'string' || !isTemplate(text)) return
  const message = '${{ }} is not filled in here'
  parsing.problems.add(parsing.source.offsetInside(path, '${{', 0), {
    code: 'NOT_RENDERED',
    message,
    hint: hint ?? 'write the value itself; {{ }} is plain text',
  })
}
