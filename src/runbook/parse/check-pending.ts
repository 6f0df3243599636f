/** The check at the end, when all names are known: expressions, templates, references to steps. */
import { checkExpression, type Checked, type Mistake } from '../expressions/expression.ts'
import { closest } from '../did-you-mean.ts'
import { isTemplate, type Names, type Template } from '../deferred.ts'
import { addAt, type KnownStep, type Parsing, type Pending } from './parsing.ts'
import { outOfReach } from './check-reach.ts'
import { partsOf, wholeExpression } from '../expressions/template-parts.ts'

export type Uses = { inputs: Set<string>; secrets: Set<string>; steps: Set<string> }

/** Names of what each step offers to later ones. */
export function stepNames(known: Iterable<KnownStep>): Names {
  const names: Record<string, 'string' | 'dyn'> = {}
  for (const { id, outputs } of known) {
    names[`steps.${id}.status`] = 'string'
    if (outputs === undefined) names[`steps.${id}.outputs`] = 'dyn'
    for (const output of outputs ?? []) names[`steps.${id}.outputs.${output}`] = 'dyn'
  }
  return names
}

type Checking = {
  parsing: Parsing
  globals: Names
  /** Names are checked faster when equal sets are the same object. */
  scopes: Map<string, Names>
  uses: Uses
}

/** What the runbook uses, for the rules about what it does not. */
export function checkPending(parsing: Parsing, globals: Names): Uses {
  const uses: Uses = { inputs: new Set(), secrets: new Set(), steps: new Set() }
  const checking = { parsing, globals, scopes: new Map<string, Names>(), uses }
  for (const pending of parsing.pending) {
    if (pending.is === 'step') checkStep(pending, checking)
    else if (pending.is === 'cel') checkCel(pending, checking)
    else checkTemplate(pending, pending.template, checking)
  }
  return uses
}

function scopeOf({ extra, names }: Pending, { globals, scopes }: Checking): Names {
  if (names !== undefined) return { ...names, ...extra }
  const key = JSON.stringify(extra)
  const known = scopes.get(key)
  if (known) return known
  const made = { ...globals, ...extra }
  scopes.set(key, made)
  return made
}

function checkCel(pending: Pending & { is: 'cel' }, checking: Checking): void {
  const { source, wants } = pending
  if (isTemplate(source)) {
    addAt(checking.parsing, pending.path, {
      code: 'EXPRESSION',
      message: 'this is an expression already',
      hint: 'leave ${{ }} out',
    })
    return
  }
  const checked = check(source, { pending, start: 0 }, checking)
  if (!checked.ok || wants === 'any' || checked.type === 'dyn') return
  if (checked.type.replace(/<.*/, '') === wants) return
  addAt(checking.parsing, pending.path, {
    code: 'EXPRESSION',
    ...(wants === 'bool'
      ? {
          message: `this is ${checked.type}, where true or false is needed`,
          hint: 'compare it with something, such as == or !=',
        }
      : { message: `this is ${checked.type}, where a list is needed` }),
  })
}

/** CEL types that can never become a value of the field's type. */
const NEVER: Readonly<Record<string, readonly string[]>> = {
  number: ['string', 'bool', 'list', 'map', 'null_type'],
  int: ['string', 'bool', 'list', 'map', 'null_type'],
  boolean: ['string', 'int', 'double', 'list', 'map', 'null_type'],
  string: ['null_type'],
}

function checkTemplate(pending: Pending, template: Template, checking: Checking): void {
  const { problems, source } = checking.parsing
  const read = partsOf(template.source)
  if (!read.ok) {
    const offset = source.offsetInside(pending.path, template.source.slice(read.start, read.end), 0)
    problems.add(offset, { code: 'EXPRESSION', message: read.message })
    return
  }
  const whole = wholeExpression(read.parts)
  for (const part of read.parts) {
    if (part.is === 'text') continue
    const checked = check(part.source, { pending, start: part.start }, checking)
    if (!checked.ok || whole === undefined) continue
    if (!NEVER[template.plain.type]?.includes(checked.type.replace(/<.*/, ''))) continue
    const message = `this gives ${checked.type}, where ${template.plain.type} is needed`
    problems.add(source.offsetInside(pending.path, part.source, 0), { code: 'EXPRESSION', message })
  }
}

function check(
  source: string,
  { pending, start }: { pending: Pending; start: number },
  checking: Checking,
): Checked | Mistake {
  const { parsing } = checking
  const offsetOf = (within: number): number =>
    parsing.source.offsetInside(pending.path, source, within)
  const checked = checkExpression(source, scopeOf(pending, checking))
  if (!checked.ok) {
    const { message, hint } = checked
    const code = 'EXPRESSION'
    parsing.problems.add(offsetOf(checked.start), { code, message, hint: hint ?? later(checked) })
    return checked
  }
  for (const { path, ends } of checked.mentions) {
    const [root, name] = path
    const at = offsetOf((ends[1] ?? ends[0])?.start ?? start)
    if (name === undefined || pending.names !== undefined) continue
    if (root === 'inputs' && isEarly(pending)) {
      parsing.early.set(name, parsing.problems.place(at))
    }
    if (root === 'inputs' || root === 'secrets') checking.uses[root].add(name)
    if (root === 'secrets' && pending.noSecret !== undefined) {
      const message = `secrets.${name} may not stand here: ${pending.noSecret}`
      const hint = 'secrets go through `env`, `stdin`, headers, bodies and parameters'
      parsing.problems.add(at, { code: 'SECRET_VISIBLE', message, hint })
    }
    if (root === 'steps') checkOrder(name, { pending, at }, checking)
  }
  return checked
}

/** Guards, secrets and the lock are for the time before step 1; the url of a database is not. */
const isEarly = ({ order, path }: Pending): boolean =>
  order === undefined && path[0] !== 'databases'

const later = ({ message }: Mistake): string | undefined =>
  message.startsWith('no such overload')
    ? 'convert with string(x), int(x) or double(x), or compare like with like'
    : undefined

function checkOrder(
  id: string,
  { pending, at }: { pending: Pending; at: number },
  { parsing, uses }: Checking,
): void {
  uses.steps.add(id)
  const step = parsing.known.get(id)
  if (!step) return
  const { line, column } = parsing.problems.place(step.offset)
  if (pending.order === undefined) {
    const message = `step "${id}" (line ${line}, column ${column}) has not run yet here`
    parsing.problems.add(at, { code: 'STEP_ORDER', message })
  } else if (step.order >= pending.order) {
    const own = step.order === pending.order
    const message = own
      ? `step "${id}" cannot use itself (line ${line}, column ${column}); its outcome is named directly in expect and outputs`
      : `step "${id}" runs later (line ${line}, column ${column})`
    parsing.problems.add(at, { code: 'STEP_ORDER', message })
  } else {
    const message = outOfReach(parsing, step, pending.order)
    if (message !== undefined) parsing.problems.add(at, { code: 'STEP_ORDER', message })
  }
}

function checkStep(pending: Pending & { is: 'step' }, checking: Checking): void {
  const { parsing } = checking
  const { id, path, kind } = pending
  const step = parsing.known.get(id)
  if (!step) {
    const near = closest(id, [...parsing.known.keys()])
    const known = [...parsing.known.keys()].join(', ')
    const hint = near ? `did you mean "${near}"?` : `the steps are: ${known}`
    addAt(parsing, path, { code: 'UNKNOWN_NAME', message: `there is no step "${id}"`, hint })
    return
  }
  if (kind !== undefined && step.kind !== undefined && step.kind !== kind) {
    const message = `step "${id}" is not of the kind ${kind} but ${step.kind}`
    addAt(parsing, path, { code: 'FIELD', message })
    return
  }
  checkOrder(id, { pending, at: parsing.source.offsetOf(path) }, checking)
}
