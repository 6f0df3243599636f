/** What may not stand beside a group, and not inside one whose members run at the same time. */
import type { Issue } from '../../errors.ts'
import { addAt, type Inside, type Parsing } from './parsing.ts'
import type { Path } from '../yaml/problems.ts'
import { EFFECTS, type Effect, type Step } from '../runbook.ts'

/** They are about one body that is carried out. */
const OF_MEMBERS = [
  'env',
  'cwd',
  'shell',
  'stdin',
  'timeout',
  'retry',
  'effect',
  'rollback',
  'idempotent',
  'observe',
  'evidence',
  'tty',
] as const

export function checkGroup(
  parsing: Parsing,
  raw: Readonly<Record<string, unknown>>,
  { kind, path }: { kind: string; path: Path },
): void {
  for (const key of OF_MEMBERS) {
    if (raw[key] === undefined) continue
    const message = `\`${key}\` does not go with ${kind}: it does nothing itself`
    const hint = `move it to the steps in it, each of which has its own`
    addAt(parsing, [...path, key], { code: 'FIELD', message, hint, of: 'key' })
  }
}

/** Nobody can be asked while other steps work, and one terminal cannot be handed to several. */
export function checkTogether(
  parsing: Parsing,
  step: Step,
  { path, inside }: { path: Path; inside: Inside | undefined },
): void {
  if (inside?.together === undefined) return
  const problem = problemTogether(parsing, step, inside)
  if (problem === undefined) return
  const { key, ...said } = problem
  addAt(parsing, [...path, key], { code: 'PARALLEL', ...said, of: 'key' })
}

type ProblemTogether = { key: string; message: string; hint: string }

function problemTogether(
  { kinds }: Parsing,
  step: Step,
  { together, confirmed }: Inside,
): ProblemTogether | undefined {
  const inIt = `step ${step.id} runs at the same time as the others in ${together}`
  if (kinds[step.body.kind]?.type === 'gate') {
    const message = `${inIt}, and ${step.body.kind} waits for a person`
    return { key: step.body.kind, message, hint: `put it before ${together}` }
  }
  if (step.tty) {
    const message = `${inIt}, and the terminal cannot be handed to one of them`
    return { key: 'tty', message, hint: `put it before or after ${together}` }
  }
  if (step.confirm !== undefined) {
    const message = `${inIt}, and would ask before it runs`
    const hint = `put \`confirm\` beside ${together}: it holds for all steps in it`
    return { key: 'confirm', message, hint }
  }
  if (step.effect === 'destroy' && step.group === undefined && !confirmed) {
    const message = `${inIt}, and destroys, which a person confirms first`
    const hint = `put \`confirm\` beside ${together}: it holds for all steps in it`
    return { key: step.body.kind, message, hint }
  }
  return undefined
}

/** The same for the steps of an included runbook, at their places in its text. */
export function checkIncluded(
  parsing: Parsing,
  { steps, path, inside }: { steps: readonly Step[]; path: Path; inside: Inside | undefined },
): void {
  if (inside?.together === undefined) return
  const issues = steps.flatMap((step): Issue[] => {
    const problem = problemTogether(parsing, step, inside)
    if (problem === undefined) return []
    const { message, hint } = problem
    return [{ code: 'PARALLEL', severity: 'error', place: step.place, message, hint }]
  })
  parsing.problems.adopt(parsing.source.offsetOf(path), issues)
}

export const worstOf = (effects: readonly Effect[]): Effect =>
  EFFECTS.findLast((effect) => effects.includes(effect)) ?? 'read'
