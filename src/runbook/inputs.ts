/** Values of inputs as they come from `-i name=value`, from a screen, or from defaults. */
import { closest } from './did-you-mean.ts'
import type { Value } from '../incident/value.ts'
import type { InputSpec } from './runbook.ts'

export type ReadInputs =
  { ok: true; inputs: Record<string, Value> } | { ok: false; problems: string[] }

const MAX_CHARACTERS = 100_000
const INTEGER = /^[+-]?\d{1,16}$/
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i

class Unfit extends Error {}

const listed = (values: readonly Value[]): string => values.map(String).join(', ')

function convert(given: string, type: InputSpec['type']): Value {
  if (type === 'string') return given
  if (type === 'boolean') {
    if (given === 'true' || given === 'false') return given === 'true'
    throw new Unfit('is not a boolean; accepted: true, false')
  }
  const number = Number(given)
  if (type === 'integer') {
    if (INTEGER.test(given) && Number.isSafeInteger(number)) return number
    throw new Unfit('is not an integer')
  }
  if (NUMBER.test(given) && Number.isFinite(number)) return number
  throw new Unfit('is not a number')
}

/**
 * A value that begins with `-` would be read as an option by most programs; a pattern or an enum
 * shows that the author has thought of it.
 */
function checkText(value: string, spec: InputSpec): void {
  if (value.includes('\0')) throw new Unfit('holds a NUL byte, which no command can take')
  if (value.length > MAX_CHARACTERS) {
    throw new Unfit(`has ${value.length} characters; at most ${MAX_CHARACTERS} are accepted`)
  }
  const isSettled = spec.pattern !== undefined || spec.enum !== undefined || spec.default === value
  if (value.startsWith('-') && !isSettled) {
    throw new Unfit('begins with "-" and could be read as an option; give the input a `pattern`')
  }
  if (spec.pattern !== undefined && !new RegExp(spec.pattern, 'u').test(value)) {
    const wanted = spec.description === undefined ? '' : `; wanted: ${spec.description}`
    throw new Unfit(`does not match the pattern ${spec.pattern}${wanted}`)
  }
}

function check(value: Value, spec: InputSpec): void {
  if (typeof value === 'string') checkText(value, spec)
  if (spec.enum && !spec.enum.includes(value)) {
    throw new Unfit(`is not one of: ${listed(spec.enum)}`)
  }
  if (typeof value !== 'number') return
  if (spec.minimum !== undefined && value < spec.minimum) {
    throw new Unfit(`is below ${spec.minimum}`)
  }
  if (spec.maximum !== undefined && value > spec.maximum) {
    throw new Unfit(`is above ${spec.maximum}`)
  }
}

const quoted = (given: string): string =>
  JSON.stringify(given.length > 60 ? `${given.slice(0, 60)}…` : given)

/** The typed value of one input, or why it does not fit. */
export function readInput(
  name: string,
  spec: InputSpec,
  given: string,
): { ok: true; value: Value } | { ok: false; problem: string } {
  try {
    const value = convert(given, spec.type)
    check(value, spec)
    return { ok: true, value }
  } catch (error) {
    if (!(error instanceof Unfit)) throw error
    return { ok: false, problem: `input ${name}: ${quoted(given)} ${error.message}` }
  }
}

/** Why a default does not fit its own input; undefined when it does. */
export function defaultProblem(spec: InputSpec): string | undefined {
  if (spec.default === undefined) return undefined
  const wanted = spec.type === 'integer' || spec.type === 'number' ? 'number' : spec.type
  if (typeof spec.default !== wanted) return `the default is not of type ${spec.type}`
  if (spec.type === 'integer' && !Number.isSafeInteger(spec.default)) {
    return 'the default is not an integer'
  }
  try {
    check(spec.default, spec)
    return undefined
  } catch (error) {
    if (!(error instanceof Unfit)) throw error
    return `the default ${error.message}`
  }
}

/** All problems at once. An optional input without a value is null. */
export function readInputs(
  specs: Readonly<Record<string, InputSpec>>,
  given: Readonly<Record<string, string>>,
): ReadInputs {
  const problems: string[] = []
  const inputs: Record<string, Value> = {}
  const known = Object.keys(specs)
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(specs, name)) continue
    const hint = closest(name, known)
    const accepted = known.length > 0 ? `accepted: ${known.join(', ')}` : 'the runbook has none'
    problems.push(`unknown input ${name}; ${hint ? `did you mean ${hint}? ` : ''}${accepted}`)
  }
  for (const [name, spec] of Object.entries(specs)) {
    const text = Object.hasOwn(given, name) ? given[name] : undefined
    if (text !== undefined) {
      const read = readInput(name, spec, text)
      if (read.ok) inputs[name] = read.value
      else problems.push(read.problem)
    } else if (spec.default !== undefined) inputs[name] = spec.default
    else if (spec.required) problems.push(missing(name, spec))
    else inputs[name] = null
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, inputs }
}

function missing(name: string, spec: InputSpec): string {
  const accepted = spec.enum ? `one of ${listed(spec.enum)}` : `a ${spec.type}`
  const about = spec.description ? ` (${spec.description})` : ''
  return `input ${name}${about} is missing: give it with -i ${name}=…, ${accepted}`
}
