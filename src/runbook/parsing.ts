/** What the parts of the parser share while one runbook is read. */
import type { z } from 'zod'
import { isTemplate, type CelType, type Names, type Template } from './fields.ts'
import type { KindShapes } from './kind-shape.ts'
import type { Path, Problem, Report } from './report.ts'
import type { Body, OnFailure, Step } from './runbook.ts'
import type { Source } from './yaml-source.ts'
import { problemsOf } from './zod-problems.ts'

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
  | { is: 'cel'; source: string; wants: 'bool' | 'any' }
  | { is: 'template'; template: Template }
  /** A step named outright, as in `refreshed_by` or `like`. */
  | { is: 'step'; id: string; kind?: string }
)

export type KnownStep = {
  id: string
  offset: number
  /** Place in the order of the file; nested steps follow their `decide`. */
  order: number
  kind: string | undefined
  /** undefined: not known before the run, e.g. of a step that could not be parsed. */
  outputs: readonly string[] | undefined
}

type Inner<T> = (parsing: Parsing, at: { raw: unknown; path: Path }, around: Around) => T

export type Parsing = {
  /** Parameters hold bodies, and bodies hold parameters: this is the way back. */
  parseBody: Inner<Body | undefined>
  parseNestedSteps: Inner<string[]>
  source: Source
  report: Report
  kinds: KindShapes
  pending: Pending[]
  known: Map<string, KnownStep>
  /** In the order of the file; a step that could not be parsed is left out. */
  steps: Step[]
  nextOrder: number
  /** Raw steps by id, for flows that are used again. */
  raw: Map<string, { raw: Record<string, unknown>; path: Path }>
  databases: ReadonlySet<string>
  defaults: { timeoutMs: number | undefined; onFailure: OnFailure | undefined }
}

export type Around = {
  /** Names of the kinds around. */
  locals: Readonly<Record<string, CelType>>
  /** Number of the step this is part of. */
  order: number | undefined
  always: boolean
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function addAt(parsing: Parsing, path: Path, problem: Problem & { of?: 'key' }): void {
  parsing.report.add(parsing.source.offsetOf(path, problem.of ?? 'value'), problem)
}

/** undefined: the report says why. */
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
    parsing.report.add(parsing.source.offsetOf(full, of), problem)
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
  parsing.report.add(parsing.source.offsetInside(path, '${{', 0), {
    code: 'NOT_RENDERED',
    message,
    hint: hint ?? 'write the value itself; {{ }} is plain text',
  })
}
