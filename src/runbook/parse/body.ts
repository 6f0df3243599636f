/** A kind key with what stands beside it: in a step, and in every body nested in one. */
import { z } from 'zod'
import { Template, type Cel, type Names } from '../deferred.ts'
import { closest } from '../did-you-mean.ts'
import { mayBeSet } from '../guarded-variables.ts'
import { LATER_KINDS, type KindShape } from '../kind-shape.ts'
import { parseParams } from './params.ts'
import { addAt, isMap, parseWith, type Around, type Nested, type Parsing } from './parsing.ts'
import type { Path } from '../yaml/problems.ts'
import type { Body, Effect } from '../runbook.ts'
import { bodyFields, NAME, RESERVED } from '../schema.ts'

const bodySchema = z.strictObject(bodyFields)
export type BodyFields = z.output<typeof bodySchema>

/** Which kind the map is of; undefined: the problems say why. */
export function kindOf(
  raw: Record<string, unknown>,
  path: Path,
  { parsing, fields }: { parsing: Parsing; fields: readonly string[] },
): string | undefined {
  const keys = Object.keys(raw)
  const found = keys.filter((key) => Object.hasOwn(parsing.kinds, key))
  const [kind, second] = found
  if (kind !== undefined && second === undefined) return kind
  const all = Object.keys(parsing.kinds)
  if (second !== undefined) {
    const message = `${found.join(' and ')} stand side by side: a step does one thing`
    addAt(parsing, [...path, second], { code: 'KIND', message, of: 'key' })
    return undefined
  }
  const later = keys.find((key) => LATER_KINDS.has(key))
  if (later !== undefined) {
    const message = `the kind "${later}" is not supported in this version`
    const hint = `accepted: ${all.join(', ')}`
    addAt(parsing, [...path, later], { code: 'NOT_SUPPORTED', message, hint, of: 'key' })
    return undefined
  }
  const unknown = keys.filter((key) => !fields.includes(key))
  // A misspelt kind is reported as the unknown key that it is.
  if (unknown.some((key) => closest(key, all) && !closest(key, fields))) return undefined
  const message = 'this says nothing to do: it needs one key that names a kind'
  addAt(parsing, path, { code: 'KIND', message, hint: `accepted: ${all.join(', ')}` })
  return undefined
}

/** Without kind keys, which the fields do not know. */
export function fieldsOf(
  raw: Record<string, unknown>,
  { kinds }: Parsing,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(raw).filter(([key]) => !Object.hasOwn(kinds, key) && !LATER_KINDS.has(key)),
  )
}

export function parseBody(parsing: Parsing, at: Nested, around: Around): Body | undefined {
  const { raw, path } = at
  if (!isMap(raw)) {
    const message = 'expected a map with one kind, such as {run: [systemctl, is-active, login]}'
    addAt(parsing, path, { code: 'KIND', message })
    return undefined
  }
  const kind = kindOf(raw, path, { parsing, fields: Object.keys(bodyFields) })
  if (kind !== undefined && parsing.kinds[kind]?.type === 'group') {
    const message = `${kind} is a group of steps: it stands in a list of steps only`
    addAt(parsing, [...path, kind], { code: 'KIND', message, of: 'key' })
    return undefined
  }
  const more = [...Object.keys(parsing.kinds), ...(at.beside ?? [])]
  const fields = parseWith(parsing, bodySchema, { value: fieldsOf(raw, parsing), path, more })
  if (kind === undefined) return undefined
  return assembleBody(parsing, { raw, path, kind, fields }, around)
}

/** Parses the parameters even when the fields have problems, so that all are reported at once. */
export function assembleBody(
  parsing: Parsing,
  at: { raw: Record<string, unknown>; path: Path; kind: string; fields: BodyFields | undefined },
  around: Around,
): Body | undefined {
  const { path, kind, fields } = at
  const params = parseParams(parsing, at, around)
  const shape = parsing.kinds[kind]
  if (!fields || !params || !shape) return undefined
  addPending(parsing, { path, fields, shape }, around)
  refuseHidden(parsing, { path: [...path, kind], kind, outcome: shape.outcome }, around)
  const verify = fields.verify
    ? parseBody(parsing, { raw: fields.verify.raw, path: [...path, 'verify'] }, around)
    : undefined
  return {
    kind,
    params: params.walked,
    env: fields.env ?? {},
    cwd: fields.cwd,
    shell: fields.shell,
    stdin: fields.stdin,
    timeoutMs: fields.timeout,
    expect: fields.expect,
    verify,
    retry: retryOf(fields.retry),
    outputs: fields.outputs ?? {},
    effect: fields.effect ?? effectOf(shape.effect, params.parsed),
    place: parsing.problems.place(parsing.source.offsetOf([...path, kind], 'key')),
  }
}

const effectOf = (effect: Effect | ((params: unknown) => Effect), params: unknown): Effect =>
  typeof effect === 'function' ? effect(params) : effect

const retryOf = (retry: BodyFields['retry']): Body['retry'] =>
  retry && {
    limit: retry.limit,
    intervalMs: retry.interval,
    backoff: retry.backoff,
    maxIntervalMs: retry.max_interval ?? Math.max(retry.interval, 60_000),
    exitCodes: retry.exit_codes,
  }

function addPending(
  parsing: Parsing,
  { path, fields, shape }: { path: Path; fields: BodyFields; shape: KindShape },
  { locals, order }: Around,
): void {
  const { outcome } = shape
  const base = { extra: locals, order, noSecret: undefined }
  const template = (value: string | Template | undefined, key: Path, noSecret?: string): void => {
    if (!(value instanceof Template)) return
    const at = { ...base, path: [...path, ...key], noSecret }
    parsing.pending.push({ ...at, is: 'template', template: value })
  }
  const cel = (value: Cel, key: Path, wants: 'bool' | 'any'): void => {
    const noSecret = wants === 'any' ? 'outputs are recorded' : undefined
    const extra = { ...locals, ...outcome }
    const at = { ...base, extra, noSecret, path: [...path, ...key] }
    parsing.pending.push({ ...at, is: 'cel', source: value.source, wants })
  }
  template(fields.cwd, ['cwd'], 'the folder is recorded')
  template(fields.stdin, ['stdin'])
  if (fields.expect) cel(fields.expect, ['expect'], 'bool')
  for (const [name, value] of Object.entries(fields.outputs ?? {})) {
    if (!NAME.test(name) || RESERVED.has(name)) {
      nameProblem(parsing, [...path, 'outputs', name], name)
    }
    // Of an included runbook: they are about its steps, see include.ts.
    if (shape.members !== 'included') cel(value, ['outputs', name], 'any')
  }
  for (const [name, value] of Object.entries(fields.env ?? {})) {
    if (!NAME.test(name)) nameProblem(parsing, [...path, 'env', name], name)
    else if (!mayBeSet(name)) {
      const message = `a runbook may not set ${name}: it changes which code a program loads or which repository git uses`
      addAt(parsing, [...path, 'env', name], { code: 'DENIED_ENV', message, of: 'key' })
    }
    template(value, ['env', name])
  }
}

/** In what is said about the outcome, its own names come first. */
function refuseHidden(
  parsing: Parsing,
  at: { path: Path; kind: string; outcome: Names },
  { inside }: Around,
): void {
  for (const name of inside?.items ?? []) {
    if (!Object.hasOwn(at.outcome, name)) continue
    const message = `"${name}" is the item of a foreach around this, and also what ${at.kind} calls a part of its outcome`
    const hint = 'take another name for the item: `as`'
    addAt(parsing, at.path, { code: 'NAME', message, hint, of: 'key' })
  }
}

export function nameProblem(parsing: Parsing, path: Path, name: string): void {
  const message = `"${name}" cannot be a name`
  const hint =
    'accepted: letters, digits and _, not beginning with a digit, at most 64, no reserved word of CEL'
  addAt(parsing, path, { code: 'NAME', message, hint, of: 'key' })
}
