/**
 * cel-js as hotwash uses it. Two environments stand behind every set of names: a typed one that
 * only checks, so that a typo is found before the outage, and an untyped one that only evaluates,
 * so that a null or a late value is an answer and not a type mismatch.
 */
import { Environment, type ASTNode, type ParseResult } from '@marcbachmann/cel-js'
import { addFunctions } from './cel-functions.ts'
import type { Names } from '../deferred.ts'

const LIMITS = { maxAstNodes: 2_000, maxDepth: 60, maxListElements: 1_000, maxMapEntries: 1_000 }
const MAX_CACHED = 500

type Schema = { [name: string]: string | Schema }

/** JSON knows one kind of number, CEL two: mixing them is what a reader expects to work. */
function mixNumbers(environment: Environment): Environment {
  const calculate: Record<string, (a: number, b: number) => number> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  }
  for (const [sign, handler] of Object.entries(calculate)) {
    const mixed = (a: bigint | number, b: bigint | number) => handler(Number(a), Number(b))
    environment.registerOperator(`int ${sign} double`, mixed)
    environment.registerOperator(`double ${sign} int`, mixed)
  }
  // The library has `int == double`, but not the other way round.
  environment.registerOperator('double == int', (a: number, b: bigint) => a === Number(b))
  return environment
}

const create = (): Environment =>
  addFunctions(mixNumbers(new Environment({ homogeneousAggregateLiterals: false, limits: LIMITS })))

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/

/** `{'inputs.a': 'int', status: 'int'}` as `{inputs: {a: 'int'}, status: 'int'}`. */
function schemaOf(names: Names): Schema {
  const schema: Schema = Object.create(null) as Schema
  for (const [path, type] of Object.entries(names)) {
    const members = path.split('.')
    // What no expression could mention; the library would throw for it.
    if (!members.every((member) => IDENTIFIER.test(member))) continue
    const last = members.pop() as string
    let group = schema
    for (const member of members) {
      const next = group[member]
      if (typeof next === 'object') group = next
      else group = group[member] = Object.create(null) as Schema
    }
    if (typeof group[last] !== 'object') group[last] = type
  }
  return schema
}

function typed(names: Names): Environment {
  const environment = create()
  for (const [name, type] of Object.entries(schemaOf(names))) {
    if (typeof type === 'string') environment.registerVariable(name, type)
    // A type per step costs the library a second in a long runbook, and finds nothing: the names
    // are checked by `checkExpression`, and outputs are dynamic.
    else if (name === 'steps') environment.registerVariable(name, 'dyn')
    else environment.registerVariable({ name, schema: plainSchema(type) })
  }
  return environment
}

/** The library enumerates own keys with a prototype's methods. */
const plainSchema = (schema: Schema): Record<string, never> =>
  Object.fromEntries(
    Object.entries(schema).map(([name, type]) => [
      name,
      typeof type === 'string' ? type : plainSchema(type),
    ]),
  ) as Record<string, never>

function untyped(roots: readonly string[]): Environment {
  const environment = create()
  for (const root of roots) environment.registerVariable(root, 'dyn')
  return environment
}

const rootOf = (path: string): string => path.split('.', 1)[0] as string

const rootsByNames = new WeakMap<Names, string[]>()

export function rootsOf(names: Names): string[] {
  const known = rootsByNames.get(names)
  if (known) return known
  const made = [...new Set(Object.keys(names).map(rootOf))]
  rootsByNames.set(names, made)
  return made
}

const typedByNames = new WeakMap<Names, Environment>()

export function typedEnvironment(names: Names): Environment {
  const known = typedByNames.get(names)
  if (known) return known
  const made = typed(names)
  typedByNames.set(names, made)
  return made
}

type Untyped = { environment: Environment; programs: Map<string, ParseResult> }
const untypedByRoots = new Map<string, Untyped>()

/** Throws the library's ParseError. */
export function program(source: string, roots: readonly string[]): ParseResult {
  const key = roots.toSorted().join(' ')
  let entry = untypedByRoots.get(key)
  if (!entry) {
    if (untypedByRoots.size >= MAX_CACHED) untypedByRoots.clear()
    entry = { environment: untyped(roots), programs: new Map() }
    untypedByRoots.set(key, entry)
  }
  const known = entry.programs.get(source)
  if (known) return known
  if (entry.programs.size >= MAX_CACHED) entry.programs.clear()
  const made = entry.environment.parse(source)
  entry.programs.set(source, made)
  return made
}

/** What an expression mentions: `steps.fix.status` as its members with their place in the source. */
export type Mention = { path: readonly string[]; ends: readonly { start: number; end: number }[] }

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value

function mentionOf(node: ASTNode): Mention | undefined {
  if (node.op === 'id') return { path: [node.args], ends: [node.range] }
  if (node.op === '.') {
    const base = mentionOf(node.args[0])
    const end = { start: node.range.end - node.args[1].length, end: node.range.end }
    return base && { path: [...base.path, node.args[1]], ends: [...base.ends, end] }
  }
  if (node.op !== '[]') return undefined
  const [receiver, index] = node.args
  if (index.op !== 'value' || typeof index.args !== 'string') return undefined
  const base = mentionOf(receiver)
  return base && { path: [...base.path, index.args], ends: [...base.ends, index.range] }
}

/** Every name in the expression with the members that follow it, the longest chain of each. */
export function mentionsOf(node: ASTNode): Mention[] {
  const mention = mentionOf(node)
  if (mention) return [mention]
  const found: Mention[] = []
  const visit = (value: unknown): void => {
    if (isNode(value)) found.push(...mentionsOf(value))
    else if (Array.isArray(value)) value.forEach(visit)
  }
  visit(node.args)
  return found
}
