/** A small YAML file of ours (hotwash.yaml, answers): every problem with its place, or the value. */
import type { z } from 'zod'
import { HotwashError, type ErrorCode } from '../errors.ts'
import { collectProblems, type Problem } from '../runbook/yaml/problems.ts'
import { readYaml } from '../runbook/yaml/source.ts'
import { problemsOf } from '../runbook/yaml/zod-problems.ts'

export type YamlFile = {
  text: string
  /** As the user named it. */
  file: string
  code: ErrorCode
  /** Problems that no schema can state, by the path of a key. */
  refused?: (value: unknown) => readonly (Problem & { path: readonly string[] })[]
}

/** Throws a HotwashError with `code` that holds every problem. */
export function parseYamlAs<T extends z.ZodType>(schema: T, source: YamlFile): z.output<T> {
  const problems = collectProblems(source.text, source.file)
  const yaml = readYaml(source.text, problems)
  if (yaml !== undefined) {
    const value = yaml.value ?? {}
    const refused = source.refused?.(value) ?? []
    for (const problem of refused) problems.add(yaml.offsetOf(problem.path, 'key'), problem)
    const parsed = schema.safeParse(value)
    if (parsed.success && refused.length === 0) return parsed.data
    if (!parsed.success) {
      const known = new Set(refused.map(({ path }) => path.join('.')))
      for (const problem of problemsOf(parsed.error, value, { schema })) {
        if (known.has(problem.path.join('.'))) continue
        problems.add(yaml.offsetOf(problem.path, problem.of), problem)
      }
    }
  }
  const issues = problems.issues()
  const [first] = issues
  const where = first === undefined ? source.file : placeOf(first.place)
  throw new HotwashError(source.code, `${where}: ${first?.message ?? 'it cannot be read'}`, {
    issues,
  })
}

const placeOf = (place: { file: string; line: number; column: number }): string =>
  `${place.file}:${place.line}:${place.column}`
