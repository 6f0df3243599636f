/** A whole step: the fields of a step around the body it carries out. */
import { z } from 'zod'
import { Template } from '../deferred.ts'
import { addFindings, findingsOf } from './findings.ts'
import { checkGroup, checkTogether, worstOf } from './group-rules.ts'
import { assembleBody, fieldsOf, kindOf, parseBody } from './body.ts'
import { includeRunbook } from './include.ts'
import { addAt, isMap, parseWith, refuseTemplate, type Around, type Parsing } from './parsing.ts'
import type { Path } from '../yaml/problems.ts'
import type { Body, Step } from '../runbook.ts'
import { RESERVED, STEP_ID, stepFields } from '../schema.ts'

const stepSchema = z.strictObject(stepFields)
type StepFields = z.output<typeof stepSchema>

/** Kinds without a limit of their own wait this long; `defaults.timeout` is for them. */
const ORDINARY_TIMEOUT_MS = 120_000

type At = {
  raw: unknown
  path: Path
  within: Step['within']
  always: boolean
  locals: Around['locals']
  inside?: Around['inside']
}

/** Registers the step at once, so that nested steps follow it; undefined: the problems say why. */
export function parseStep(parsing: Parsing, at: At): void {
  const { raw, path } = at
  if (!isMap(raw)) {
    const message = 'expected a step: a map with an id and one kind'
    addAt(parsing, path, { code: 'STEP', message })
    return
  }
  const order = parsing.nextOrder
  parsing.nextOrder += 1
  const kind = kindOf(raw, path, { parsing, fields: Object.keys(stepFields) })
  register(parsing, { ...at, raw, order, kind })
  const more = Object.keys(parsing.kinds)
  const fields = parseWith(parsing, stepSchema, { value: fieldsOf(raw, parsing), path, more })
  for (const key of ['name', 'description']) {
    refuseTemplate(parsing, raw[key], { path: [...path, key] })
  }
  if (kind === undefined) return
  // Holds the place: steps nested in the parameters come after it.
  const place = parsing.steps.length
  parsing.steps.push(undefined as unknown as Step)
  const around = { locals: at.locals, order, always: at.always, inside: at.inside }
  const body = assembleBody(parsing, { raw, path, kind, fields }, around)
  if (!fields || !body) return
  const step = stepOf(parsing, { ...at, fields, body, around })
  parsing.steps[place] = step
  if (step.group !== undefined) finishGroup(parsing, step, { ...at, raw, place, around })
}

/** Once its members are known. */
function finishGroup(
  parsing: Parsing,
  step: Step,
  at: At & { raw: Record<string, unknown>; place: number; around: Around },
): void {
  checkGroup(parsing, at.raw, { kind: step.body.kind, path: at.path })
  if (step.group === 'included') includeRunbook(parsing, step, at)
  const members = parsing.steps.slice(at.place + 1).filter((member) => member !== undefined)
  step.effect = worstOf(members.map((member) => member.effect))
}

function register(
  parsing: Parsing,
  at: At & { raw: Record<string, unknown>; order: number; kind: string | undefined },
): void {
  const { raw, path, order, kind, within } = at
  const { id } = raw
  if (typeof id !== 'string') return
  const problem = idProblem(id)
  if (problem) addAt(parsing, [...path, 'id'], { code: 'ID', ...problem })
  const first = parsing.known.get(id)
  if (first) {
    const { line, column } = parsing.problems.place(first.offset)
    const message = `the id "${id}" is used twice; first at line ${line}, column ${column}`
    addAt(parsing, [...path, 'id'], { code: 'DUPLICATE_ID', message })
    return
  }
  const offset = parsing.source.offsetOf([...path, 'id'])
  const outer = within?.group ?? within?.decide
  const outputs = outputsOf(parsing, raw, kind)
  parsing.known.set(id, { id, offset, order, kind, outputs, outer, raw })
}

function idProblem(id: string): { message: string; hint?: string } | undefined {
  if (RESERVED.has(id)) return { message: `"${id}" is a reserved word and cannot be an id` }
  if (STEP_ID.test(id)) return undefined
  const shown = id.length > 40 ? `${id.slice(0, 40)}…` : id
  const hint = 'accepted: lower case letters, digits and _, beginning with a letter, at most 64'
  return { message: `${JSON.stringify(shown)} cannot be an id`, hint }
}

/** Names of the outputs, from the text: undefined where only a person's answer tells. */
function outputsOf(
  { kinds }: Parsing,
  raw: Record<string, unknown>,
  kind: string | undefined,
): readonly string[] | undefined {
  const shape = kind === undefined ? undefined : kinds[kind]
  if (kind === undefined || !shape) return undefined
  const declared = isMap(raw['outputs']) ? Object.keys(raw['outputs']) : []
  const known = [...declared, ...Object.keys(shape.defaultOutputs)]
  if (shape.type !== 'gate') return known
  const params = raw[kind]
  if (!isMap(params) || !isMap(params['values'])) return undefined
  return [...known, ...Object.keys(params['values'])]
}

type Parts = At & { fields: StepFields; body: Body; around: Around }

function stepOf(parsing: Parsing, parts: Parts): Step {
  const { fields, body, path, within, always } = parts
  addStepPending(parsing, parts)
  const inner = (key: 'check' | 'rollback'): Body | undefined => {
    const source = fields[key]
    return source && parseBody(parsing, { raw: source.raw, path: [...path, key] }, parts.around)
  }
  const group = parsing.kinds[body.kind]?.members
  const step: Step = {
    id: fields.id,
    name: fields.name ?? fields.id,
    description: fields.description,
    refs: fields.refs ?? [],
    body: withDefaults(parsing, body),
    when: fields.when,
    effect: body.effect,
    confirm: fields.confirm,
    check: inner('check'),
    rollback: undoing(inner('rollback')),
    idempotent: fields.idempotent ?? parsing.kinds[body.kind]?.repeatable ?? false,
    onFailure: fields.on_failure ?? parsing.defaults.onFailure ?? 'ask',
    observe: fields.observe ?? false,
    findings: findingsOf(fields.finding),
    evidence: fields.evidence ?? 'keep',
    tty: fields.tty ?? false,
    tags: fields.tags ?? [],
    within,
    always,
    place: parsing.problems.place(parsing.source.offsetOf(path)),
    ...(group === undefined ? {} : { group }),
  }
  checkRules(parsing, step, parts)
  return step
}

/** An undo changes something by what it is for, also by a kind that otherwise reads. */
const undoing = (body: Body | undefined): Body | undefined =>
  body?.effect === 'read' ? { ...body, effect: 'change' } : body

function withDefaults({ kinds, defaults }: Parsing, body: Body): Body {
  const isOrdinary = kinds[body.kind]?.timeoutMs === ORDINARY_TIMEOUT_MS
  if (body.timeoutMs !== undefined || defaults.timeoutMs === undefined || !isOrdinary) return body
  return { ...body, timeoutMs: defaults.timeoutMs }
}

function addStepPending(parsing: Parsing, { fields, path, around, body }: Parts): void {
  const outcome = parsing.kinds[body.kind]?.outcome ?? {}
  const findings = { given: fields.finding, path: [...path, 'finding'], outcome }
  addFindings(parsing, findings, around)
  const base = { extra: around.locals, order: around.order }
  if (fields.when) {
    const at = { ...base, path: [...path, 'when'], noSecret: 'the reason for a skip is recorded' }
    parsing.pending.push({ ...at, is: 'cel', source: fields.when.source, wants: 'bool' })
  }
  if (fields.confirm instanceof Template) {
    const at = { ...base, path: [...path, 'confirm'], noSecret: 'the question is shown' }
    parsing.pending.push({ ...at, is: 'template', template: fields.confirm })
  }
}

function checkRules(parsing: Parsing, step: Step, { path, always, inside }: Parts): void {
  const { body } = step
  checkTogether(parsing, step, { path, inside })
  const isRepeatable = step.idempotent || step.check !== undefined || step.effect === 'read'
  if (body.retry && !isRepeatable) {
    addAt(parsing, [...path, 'retry'], {
      code: 'RETRY',
      message: `a step that ${step.effect === 'destroy' ? 'destroys' : 'changes something'} is not repeated blindly`,
      hint: 'add `idempotent: true`, or a `check` that says whether the effect is already there',
      of: 'key',
    })
  }
  if (always && step.onFailure === 'rollback') {
    const message = 'steps under `always` run after the rollback and cannot ask for it'
    addAt(parsing, [...path, 'on_failure'], { code: 'FIELD', message })
  }
  if (step.tty && (body.kind !== 'run' || body.stdin !== undefined)) {
    const message = '`tty` hands the terminal to a command: it goes with `run` and without `stdin`'
    addAt(parsing, [...path, 'tty'], { code: 'FIELD', message, of: 'key' })
  }
}
