/**
 * What the runbook as kept in the record asks for: the limits to watch, and what each step does when
 * one is broken. As written, not as rendered: the next incident has other inputs.
 */
import type { RunState } from '../../incident/state.ts'
import { collectProblems } from '../../runbook/yaml/problems.ts'
import { readYaml } from '../../runbook/yaml/source.ts'

/** A step as it stands in the text; every field as far as it is there. */
export type WrittenStep = {
  id: string
  expect: string | undefined
  /** Kind and `expect` of what proves the step. */
  verify: string | undefined
  on_failure: string | undefined
  timeout: string | undefined
}

/** By id. A text that cannot be read has no steps: the log still tells what they did. */
export const writtenSteps = (text: string | undefined, run: RunState): Map<string, WrittenStep> => {
  const found = new Map<string, WrittenStep>()
  if (text === undefined) return found
  const value = readYaml(text, collectProblems(text, run.runbook.path))?.value
  const defaults = field(value, 'defaults')
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) visit(one)
    if (!isObject(node)) return
    const id = node['id']
    if (typeof id === 'string' && !found.has(id)) found.set(id, writtenStep(id, node, defaults))
    for (const one of Object.values(node)) if (typeof one === 'object') visit(one)
  }
  visit(field(value, 'steps'))
  visit(field(value, 'always'))
  return found
}

type Node = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const field = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined)

const word = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined

const SURROUNDINGS: ReadonlySet<string> = new Set(['expect', 'timeout', 'env', 'cwd', 'retry'])

const writtenStep = (id: string, node: Node, defaults: unknown): WrittenStep => {
  const verify = node['verify']
  const kind = isObject(verify)
    ? Object.keys(verify).find((key) => !SURROUNDINGS.has(key))
    : undefined
  const proof = word(field(verify, 'expect'))
  return {
    id,
    expect: word(node['expect']),
    verify: kind === undefined ? undefined : proof === undefined ? kind : `${kind}: ${proof}`,
    on_failure: word(node['on_failure']) ?? word(field(defaults, 'on_failure')),
    timeout: word(node['timeout']) ?? word(field(defaults, 'timeout')),
  }
}
