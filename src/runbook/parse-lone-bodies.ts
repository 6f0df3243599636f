/**
 * Step bodies in a YAML text that is no runbook, such as the head of a report. They are written as in
 * a runbook; expressions in them may mention the inputs, secrets and databases of one. Never throws.
 */
import type { Issue } from '../errors.ts'
import { checkPending } from './parse/check-pending.ts'
import type { KindShapes } from './kind-shape.ts'
import { namesOf } from './expressions/names.ts'
import { createParsing } from './parse.ts'
import { collectProblems, type Path, type Problems } from './yaml/problems.ts'
import type { Body, Runbook } from './runbook.ts'
import { readYaml, type Source } from './yaml/source.ts'

export type LoneBodies = { bodies: (Body | undefined)[]; issues: Issue[] }

/** In the order of `paths`; undefined: the issues say why. `judge` adds problems of its own. */
export function parseLoneBodies(from: {
  text: string
  /** As the user named it. */
  file: string
  kinds: KindShapes
  paths: readonly Path[]
  around: Runbook
  judge?: (body: Body, add: (message: string, hint?: string) => void) => void
}): LoneBodies {
  const { kinds, around } = from
  const problems = collectProblems(from.text, from.file)
  const source = readYaml(from.text, problems)
  if (source === undefined)
    return { bodies: from.paths.map(() => undefined), issues: problems.issues() }
  const raw = { databases: around.databases }
  const trail = [{ path: from.file, at: undefined }]
  const budget = { includes: 0 }
  const parsing = createParsing({ source, problems, kinds, raw, load: undefined, trail, budget })
  const bodies = from.paths.map((path) => {
    const at = { raw: valueAt(source.value, path), path }
    const body = parsing.parseBody(parsing, at, { locals: {}, order: undefined, always: false })
    if (body !== undefined) from.judge?.(body, adder(problems, source, path))
    return body
  })
  const { inputs, secrets } = around
  checkPending(parsing, namesOf({ inputs, secrets: Object.keys(secrets), steps: {} }))
  return { bodies, issues: problems.issues() }
}

const adder =
  (problems: Problems, source: Source, path: Path) =>
  (message: string, hint?: string): void =>
    problems.add(source.offsetOf(path), { code: 'KIND', message, hint })

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (at, key) => (at as Record<string | number, unknown> | undefined)?.[key],
    value,
  )
