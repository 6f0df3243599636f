/** What a runbook declares before its steps: inputs, secrets, databases, guards. */
import { z } from 'zod'
import { Template, type CelType, type Names } from '../deferred.ts'
import { defaultProblem } from '../inputs.ts'
import { namesOf } from '../expressions/names.ts'
import { nameProblem } from './body.ts'
import { addAt, isMap, type Parsing } from './parsing.ts'
import type { Path } from '../yaml/problems.ts'
import type { Body, InputSpec, Runbook, SecretSource, SecretSpec } from '../runbook.ts'
import { databaseSpec, inputSpec, NAME, RESERVED, runbookFields, secretSpec } from '../schema.ts'

export const runbookSchema = z.strictObject(runbookFields)
export type Declared = z.output<typeof runbookSchema>

/**
 * Names and types, also where a declaration has problems of its own: those are reported once, and
 * not again at every use.
 */
export function declaredNames(raw: Record<string, unknown>): Names {
  const unchecked: Record<string, CelType> = {}
  const inputs: Record<string, Pick<InputSpec, 'type'>> = {}
  for (const [name, spec] of Object.entries(mapAt(raw, 'inputs'))) {
    const read = inputSpec.safeParse(spec)
    // Null when it is not given, which only an unchecked type can be compared with.
    const isOptional = read.success && !read.data.required && read.data.default === undefined
    if (read.success && !isOptional) inputs[name] = read.data
    else unchecked[`inputs.${name}`] = 'dyn'
  }
  const names = namesOf({ inputs, secrets: Object.keys(mapAt(raw, 'secrets')), steps: {} })
  return { ...names, ...unchecked }
}

export const mapAt = (raw: Record<string, unknown>, key: string): Record<string, unknown> => {
  const value = raw[key]
  return isMap(value) ? value : {}
}

/** The entries that their schema accepts; those that it does not are reported with the whole. */
function readable<S extends z.ZodType>(
  raw: Record<string, unknown>,
  key: string,
  schema: S,
): [string, z.output<S>][] {
  return Object.entries(mapAt(raw, key)).flatMap(([name, given]): [string, z.output<S>][] => {
    const read = schema.safeParse(given)
    return read.success ? [[name, read.data]] : []
  })
}

function checkName(parsing: Parsing, path: Path): void {
  const name = String(path.at(-1))
  if (RESERVED.has(name) || !NAME.test(name)) nameProblem(parsing, path, name)
}

export function inputsOf(parsing: Parsing, raw: Record<string, unknown>): Runbook['inputs'] {
  const inputs: Record<string, InputSpec> = {}
  for (const [name, given] of readable(raw, 'inputs', inputSpec)) {
    const path = ['inputs', name]
    checkName(parsing, path)
    const spec: InputSpec = {
      type: given.type,
      description: given.description,
      required: given.required ?? false,
      default: given.default,
      enum: given.enum,
      pattern: given.pattern,
      minimum: given.minimum,
      maximum: given.maximum,
    }
    inputs[name] = spec
    const problem = misfit(spec)
    if (problem) addAt(parsing, [...path, problem.key], { code: 'INPUT', message: problem.message })
  }
  return inputs
}

function misfit(spec: InputSpec): { key: keyof InputSpec; message: string } | undefined {
  const isNumber = spec.type === 'integer' || spec.type === 'number'
  if (spec.pattern !== undefined) {
    if (spec.type !== 'string') return { key: 'pattern', message: 'a pattern is for strings' }
    try {
      RegExp(spec.pattern, 'u')
    } catch (error) {
      return { key: 'pattern', message: (error as Error).message }
    }
  }
  for (const key of ['minimum', 'maximum'] as const) {
    if (spec[key] !== undefined && !isNumber) return { key, message: `${key} is for numbers` }
  }
  const wanted = isNumber ? 'number' : spec.type
  if (spec.enum?.some((value) => typeof value !== wanted)) {
    return { key: 'enum', message: `every value must be of type ${spec.type}` }
  }
  if (spec.required && spec.default !== undefined) {
    return { key: 'required', message: 'an input with a default is never missing' }
  }
  const message = defaultProblem(spec)
  return message === undefined ? undefined : { key: 'default', message }
}

const SOURCES = '{env: NAME}, {file: path}, {env_file: path, key: NAME} or {command: [vault, read]}'

/** Whether a secret is written out in the runbook, which is told before anything else about it. */
export function refuseLiteralSecrets(parsing: Parsing, raw: Record<string, unknown>): boolean {
  const literal = Object.entries(mapAt(raw, 'secrets')).filter(([, spec]) => !isMap(spec))
  for (const [name] of literal) {
    const message = 'a secret is never written in a runbook: say where it comes from'
    const problem = { code: 'SECRET_LITERAL', message, hint: SOURCES, noExcerpt: true }
    addAt(parsing, ['secrets', name], problem)
  }
  return literal.length > 0
}

export function secretsOf(parsing: Parsing, raw: Record<string, unknown>): Runbook['secrets'] {
  const secrets: Record<string, SecretSpec> = {}
  for (const [name, spec] of readable(raw, 'secrets', secretSpec)) {
    const path = ['secrets', name]
    checkName(parsing, path)
    const source = sourceOf(spec)
    if (!source) {
      const message = 'a secret has exactly one source'
      addAt(parsing, path, { code: 'SECRET', message, hint: `accepted: ${SOURCES}`, of: 'key' })
      continue
    }
    for (const [key, value] of Object.entries({ ...source, optional: spec.optional })) {
      const values = Array.isArray(value) ? (value as unknown[]) : [value]
      for (const [index, template] of values.entries()) {
        if (!(template instanceof Template)) continue
        const at = [...path, key, ...(Array.isArray(value) ? [index] : [])]
        early(parsing, at, { template, noSecret: 'secrets are not resolved yet' })
      }
    }
    if (spec.refreshed_by !== undefined) {
      const at = { extra: {}, order: Infinity, noSecret: undefined }
      const where = [...path, 'refreshed_by']
      parsing.pending.push({ ...at, is: 'step', id: spec.refreshed_by, path: where })
    }
    const place = parsing.problems.place(parsing.source.offsetOf(path, 'key'))
    const optional = spec.optional ?? false
    secrets[name] = { source, optional, refreshedBy: spec.refreshed_by, place }
  }
  return secrets
}

function sourceOf(spec: z.output<typeof secretSpec>): SecretSource | undefined {
  const { env, file, env_file, key, command } = spec
  const given = [env, file, env_file, command].filter((one) => one !== undefined)
  if (given.length !== 1 || (key !== undefined) !== (env_file !== undefined)) return undefined
  if (env !== undefined) return { env }
  if (file !== undefined) return { file }
  if (command !== undefined) return { command }
  return env_file !== undefined && key !== undefined ? { env_file, key } : undefined
}

/** A template that is rendered before step 1. */
function early(
  parsing: Parsing,
  path: Path,
  { template, noSecret }: { template: Template; noSecret: string | undefined },
): void {
  parsing.pending.push({ path, extra: {}, order: undefined, noSecret, is: 'template', template })
}

/** A url with a password in it, in any scheme. */
const PASSWORD_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*:[^/@\s]+@/i

export function databasesOf(parsing: Parsing, raw: Record<string, unknown>): Runbook['databases'] {
  const databases: Record<string, Runbook['databases'][string]> = {}
  for (const [name, { url }] of readable(raw, 'databases', databaseSpec)) {
    const path = ['databases', name]
    checkName(parsing, path)
    if (url instanceof Template)
      early(parsing, [...path, 'url'], { template: url, noSecret: undefined })
    else if (PASSWORD_IN_URL.test(url)) {
      addAt(parsing, [...path, 'url'], {
        code: 'SECRET_LITERAL',
        message: 'this url holds a password: a secret is never written in a runbook',
        hint: 'declare it under `secrets:` and write "${{ secrets.NAME }}"',
        noExcerpt: true,
      })
    }
    databases[name] = { url, place: parsing.problems.place(parsing.source.offsetOf(path, 'key')) }
  }
  return databases
}

export function lockOf(parsing: Parsing, lock: Declared['lock']): Runbook['lock'] {
  if (lock instanceof Template) {
    early(parsing, ['lock'], { template: lock, noSecret: 'the name of a lock is shown' })
  }
  return lock
}

export function guardOf(parsing: Parsing, raw: Record<string, unknown>): Body[] {
  const guard = Array.isArray(raw['guard']) ? (raw['guard'] as unknown[]) : []
  const around = { locals: {}, order: undefined, always: false }
  return guard.flatMap((item, index) => {
    const body = parsing.parseBody(parsing, { raw: item, path: ['guard', index] }, around)
    return body ? [body] : []
  })
}
