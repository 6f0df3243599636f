/**
 * A `runbook` step: the other text is parsed by itself, with its own names, and its steps follow the
 * including one under ids of their own. What is wrong in it is reported at its own places.
 */
import type { Place } from '../../errors.ts'
import { isTemplate, type Names } from '../deferred.ts'
import { checkIncluded } from './group-rules.ts'
import { checkGivenInputs } from './included-inputs.ts'
import { addAt, type Around, type Parsing, type Trail } from './parsing.ts'
import type { Path, Problem } from '../yaml/problems.ts'
import type { Included, Runbook, Step, Within } from '../runbook.ts'

const MAX_DEPTH = 5
const MAX_STEPS = 5_000

type At = { path: Path; around: Around }

export function includeRunbook(parsing: Parsing, step: Step, { path, around }: At): void {
  const { path: name } = step.body.params as { path: unknown }
  const at = [...path, 'runbook', 'path']
  // A template is refused where all plain text is.
  if (typeof name !== 'string' || isTemplate(name)) return
  const text = find(parsing, name, at)
  if (text === undefined) return
  const trail = [...parsing.trail, { path: text.path, at: placeOf(parsing, at) }]
  const { kinds, load, budget } = parsing
  const read = parsing.parseText({ ...text, kinds }, { load, budget, trail })
  if (!read.ok) {
    const count = read.issues.length === 1 ? 'a problem' : `${read.issues.length} problems`
    problem(parsing, at, { message: `${text.path} cannot be included: it has ${count}` })
    parsing.problems.adopt(parsing.source.offsetOf(at), read.issues)
    return
  }
  const { runbook } = read.parsed
  checkIncluded(parsing, { steps: runbook.steps, path: at, inside: around.inside })
  checkGivenInputs(parsing, step, { ...read.parsed, path, around })
  addOutputs(parsing, step, { names: read.parsed.names, path })
  take(parsing, step, runbook)
  const { sha256: digest } = runbook
  addText(parsing, [
    { name, from: parsing.problems.file, sha256: digest, ...text },
    ...runbook.texts,
  ])
  if (parsing.steps.length <= MAX_STEPS) return
  const message = `with what it includes the runbook has ${parsing.steps.length} steps; at most ${MAX_STEPS} are accepted`
  problem(parsing, at, { message })
}

const placeOf = ({ problems, source }: Parsing, path: Path): Place =>
  problems.place(source.offsetOf(path))

const problem = (parsing: Parsing, path: Path, said: Omit<Problem, 'code'>): void =>
  addAt(parsing, path, { code: 'INCLUDE', ...said })

/** undefined: the problems say why. */
function find(
  parsing: Parsing,
  name: string,
  at: Path,
): { path: string; text: string } | undefined {
  const found = parsing.load?.(name, parsing.problems.file) ?? {
    ok: false as const,
    message: 'other runbooks cannot be read here',
  }
  if (!found.ok) {
    problem(parsing, at, { message: found.message, hint: found.hint })
    return undefined
  }
  const { path, text } = found
  const cycle = parsing.trail.findIndex((one) => one.path === path)
  if (cycle !== -1) {
    const links = [...parsing.trail.slice(cycle + 1), { path, at: placeOf(parsing, at) }]
    problem(parsing, at, { message: `the runbooks include each other: ${linksInWords(links)}` })
    return undefined
  }
  if (parsing.trail.length > MAX_DEPTH) {
    const message = `runbooks are included deeper than ${MAX_DEPTH} levels: ${linksInWords(parsing.trail.slice(1))}`
    problem(parsing, at, { message })
    return undefined
  }
  parsing.budget.includes -= 1
  if (parsing.budget.includes >= 0) return { path, text }
  problem(parsing, at, { message: 'too many runbooks are included; at most 50 are accepted' })
  return undefined
}

const linksInWords = (links: Trail): string =>
  links.map(({ path, at }) => `${at?.file}:${at?.line}:${at?.column} includes ${path}`).join(', ')

/** They are evaluated when all of it has run, over its own steps. */
function addOutputs(
  parsing: Parsing,
  { body }: Step,
  { names, path }: { names: Names; path: Path },
): void {
  const extra = parsing.kinds[body.kind]?.outcome ?? {}
  for (const [name, { source }] of Object.entries(body.outputs)) {
    const at = { path: [...path, 'outputs', name], extra, order: undefined, names }
    const noSecret = 'outputs are recorded'
    parsing.pending.push({ ...at, noSecret, is: 'cel', source, wants: 'any' })
  }
}

/** Its steps are from now on part of this text's, which may itself be included. */
function take(parsing: Parsing, step: Step, runbook: Runbook): void {
  parsing.includes[step.id] = { runbook, step }
  for (const [key, inner] of Object.entries(runbook.includes)) {
    parsing.includes[`${step.id}.${key}`] = innerOf(inner, step)
  }
  for (const member of runbook.steps) {
    parsing.steps.push({ ...memberOf(member, step), always: step.always })
  }
  for (const member of runbook.always) parsing.includedAlways.push(memberOf(member, step))
}

const innerOf = ({ runbook, step: inner }: Included, step: Step): Included => ({
  runbook,
  step: memberOf(inner, step),
})

/** A step of an included text, as one of this text. */
function memberOf(member: Step, { id }: Step): Step {
  const of = (name: string): string => (name === '' ? id : `${id}.${name}`)
  const { within, origin } = member
  const { home = '', source = '', local = member.id, rounds = [] } = origin ?? {}
  return {
    ...member,
    id: of(member.id),
    // An always step is no member: it comes at the end, after the group.
    within: within === undefined && member.always ? undefined : withinOf(within, { id, of }),
    origin: { home: of(home), source: of(source), local, rounds },
  }
}

function withinOf(
  within: Within | undefined,
  { id, of }: { id: string; of: (name: string) => string },
): Within {
  if (within === undefined) return { group: id }
  if (within.group !== undefined) return { group: of(within.group) }
  return { ...within, decide: of(within.decide) }
}

function addText(parsing: Parsing, texts: Runbook['texts']): void {
  for (const text of texts) {
    const known = parsing.texts.some(({ name, from }) => name === text.name && from === text.from)
    if (!known) parsing.texts.push(text)
  }
}
