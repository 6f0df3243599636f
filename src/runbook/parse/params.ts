/**
 * The parameters of a kind: its own schema first, then a walk over what came out of it, which
 * collects expressions for the check at the end and parses the bodies inside.
 */
import { BodySource, Cel, Template, type CelScope, type Names } from '../deferred.ts'
import { addAt, isMap, parseWith, refuseTemplate, type Around, type Parsing } from './parsing.ts'
import type { Path } from '../yaml/problems.ts'
import { EFFECTS, type Body } from '../runbook.ts'
import { reusedParams } from './reused-params.ts'
import { noSecretIn } from './secret-places.ts'

type At = { raw: Record<string, unknown>; path: Path; kind: string }

/** `parsed` is what the schema gave, `walked` has Bodies and step ids in it. */
export function parseParams(
  parsing: Parsing,
  { raw, path, kind }: At,
  around: Around,
): { parsed: unknown; walked: unknown } | undefined {
  const shape = parsing.kinds[kind]
  if (!shape) return undefined
  const own = [...path, kind]
  const parsed = parseWith(parsing, shape.params, { value: raw[kind], path: own })
  const flow = reusedParams(parsing, { kind, given: raw[kind], path: own }, around)
  if (parsed === undefined || flow === 'unknown') return undefined
  const full = flow
    ? parseWith(parsing, shape.params, { value: flow.value, path: own, place: flow.place })
    : parsed
  if (full === undefined) return undefined
  addReferences(parsing, { kind, params: full, path: own }, around)
  const walk: Walk = {
    parsing,
    around: { ...around, locals: { ...around.locals, ...shape.locals } },
    kind,
    own: shape.outcome,
    root: own,
    place: flow?.place,
    effect: raw['effect'],
  }
  return { parsed: full, walked: walkParams(full, own, walk) }
}

/** Where a kind names a step or a database outright. */
const STEP_REFERENCES: Readonly<Record<string, readonly string[]>> = {
  login: ['like'],
  snapshot: ['like'],
  restore: ['from'],
}

/** Where a kind names a database besides `database`. */
const DATABASE_REFERENCES: Readonly<Record<string, readonly string[]>> = { schema: ['like'] }

function addReferences(
  parsing: Parsing,
  { kind, params, path }: { kind: string; params: unknown; path: Path },
  { order }: Around,
): void {
  if (!isMap(params)) return
  for (const key of STEP_REFERENCES[kind] ?? []) {
    const named = params[key]
    if (typeof named !== 'string') continue
    const id = named.replace(/^steps\./, '')
    const at = { extra: {}, order, noSecret: undefined, path: [...path, key] }
    const of = key === 'like' ? { kind } : {}
    parsing.pending.push({ ...at, is: 'step', id, ...of })
  }
  for (const key of ['database', ...(DATABASE_REFERENCES[kind] ?? [])]) {
    const database = params[key]
    if (typeof database !== 'string' || parsing.databases.has(database)) continue
    const known = [...parsing.databases]
    addAt(parsing, [...path, key], {
      code: 'UNKNOWN_NAME',
      message: `no database "${database}" is declared`,
      hint: known.length > 0 ? `declared: ${known.join(', ')}` : 'declare it under `databases:`',
    })
  }
}

type Walk = {
  parsing: Parsing
  around: Around
  kind: string
  /** Outcome of the kind itself. */
  own: Names
  root: Path
  place: ((inner: Path) => Path) | undefined
  /** What the step declares beside the kind, unchecked. */
  effect: unknown
}

const placed = (walk: Walk, path: Path): Path =>
  walk.place ? walk.place(path.slice(walk.root.length)) : path

function walkParams(node: unknown, path: Path, walk: Walk): unknown {
  if (typeof node === 'string') return plainText(node, path, walk)
  if (node === null || typeof node !== 'object') return node
  const { pending } = walk.parsing
  const at = { path: placed(walk, path), order: walk.around.order }
  if (node instanceof Template) {
    const noSecret = noSecretIn(walk.kind, path.slice(walk.root.length))
    pending.push({ ...at, extra: walk.around.locals, noSecret, is: 'template', template: node })
    return node
  }
  if (node instanceof Cel) {
    const extra = { ...walk.around.locals, ...namesIn(node.scope, walk) }
    pending.push({
      ...at,
      extra,
      noSecret: walk.kind === 'foreach' ? 'the items are recorded' : undefined,
      is: 'cel',
      source: node.source,
      wants: walk.kind === 'foreach' ? 'list' : node.wants,
    })
    return node
  }
  if (node instanceof BodySource) return nested(node, path, walk)
  if (Array.isArray(node))
    return node.map((item, index) => walkParams(item, [...path, index], walk))
  const beside = outcomeBeside(node, walk)
  const inner = beside ? { ...walk, own: beside } : walk
  return Object.fromEntries(
    Object.entries(node).map(([key, item]) => {
      refuseTemplate(walk.parsing, key, { path: at.path })
      return [key, walkParams(item, [...path, key], inner)]
    }),
  )
}

const IN_A_SCRIPT =
  'pass the value through `env:` and use "$NAME" in the script; {{ }} is plain text'

function plainText(text: string, path: Path, walk: Walk): string {
  const hint = walk.kind === 'run' ? { hint: IN_A_SCRIPT } : {}
  refuseTemplate(walk.parsing, text, { path: placed(walk, path), ...hint })
  return text
}

/** A condition beside a body is about that body's outcome. */
function outcomeBeside(node: object, { parsing }: Walk): Names | undefined {
  for (const value of Object.values(node)) {
    if (!(value instanceof BodySource) || !isMap(value.raw)) continue
    const kind = Object.keys(value.raw).find((key) => Object.hasOwn(parsing.kinds, key))
    if (kind !== undefined) return parsing.kinds[kind]?.outcome
  }
  return undefined
}

function namesIn(scope: CelScope, { own, parsing, kind }: Walk): Names {
  if (scope === 'none') return {}
  if (scope === 'own') return parsing.kinds[kind]?.outcome ?? {}
  if (scope === 'body') return own
  if (typeof scope.outcomeOf === 'string' && Object.keys(scope).length === 1) {
    return parsing.kinds[scope.outcomeOf]?.outcome ?? {}
  }
  return scope as Names
}

function nested(node: BodySource, path: Path, walk: Walk): unknown {
  const { raw } = node
  // A body that was left out: zod runs the transform of an optional field all the same.
  if (raw === undefined) return undefined
  const known =
    typeof raw === 'object' && raw !== null ? walk.parsing.source.pathOf(raw) : undefined
  const { beside } = node
  const at = { raw: without(beside, raw), path: known ?? placed(walk, path), beside }
  if (node.as === 'body') {
    const body = walk.parsing.parseBody(walk.parsing, at, walk.around)
    if (body && node.use !== 'once') checkLooks(body, { path: at.path, use: node.use }, walk)
    return body
  }
  return walk.parsing.parseNestedSteps(walk.parsing, at, walk.around)
}

const without = (keys: readonly string[], raw: unknown): unknown =>
  keys.length === 0 || !isMap(raw)
    ? raw
    : Object.fromEntries(Object.entries(raw).filter(([key]) => !keys.includes(key)))

/** What looks, or is repeated hundreds of times, must be harmless, or declared by the step around it. */
function checkLooks(
  body: Body,
  { path, use }: { path: Path; use: 'looks' | 'repeated' },
  { parsing, kind, effect }: Walk,
): void {
  const problem = (key: string, message: string, hint: string): void =>
    addAt(parsing, [...path, key], { code: 'FIELD', message, hint, of: 'key' })
  const does = use === 'repeated' ? 'repeat' : 'carry out'
  if (parsing.kinds[body.kind]?.type !== 'action' || (use === 'repeated' && body.kind === kind)) {
    problem(
      body.kind,
      `${kind} cannot ${does} a ${body.kind}`,
      'name a kind that reads, such as http',
    )
  }
  if (body.retry && use === 'repeated') {
    const message = `${kind} repeats the body by itself: a retry would hide its errors`
    problem('retry', message, 'leave `retry` out')
  }
  if (Object.keys(body.outputs).length > 0) {
    const message = `${kind} carries it out many times: no one of them has the outputs`
    problem('outputs', message, `name outputs beside \`${kind}\`, over what it measures`)
  }
  const declared = EFFECTS.findIndex((one) => one === effect)
  if (EFFECTS.indexOf(body.effect) <= Math.max(0, declared)) return
  const has = body.effect === 'destroy' ? 'destroys' : 'changes something'
  const would = use === 'repeated' ? 'would repeat it' : 'must only look'
  const message = `this ${body.kind} ${has}, and ${kind} ${would}`
  const hint = `say \`effect: read\` beside it if it only looks, or \`effect: ${body.effect}\` beside \`${kind}\``
  problem(body.kind, message, hint)
}
