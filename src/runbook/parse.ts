/**
 * From text to a runbook. It never throws, and it reports every problem at once: the YAML, then
 * the fields of every step, then every expression, since those need the names of all steps.
 */
import type { Issue } from '../errors.ts'
import { checkPending, stepNames } from './parse/check-pending.ts'
import { sha256 } from './digest.ts'
import type { KindShapes } from './kind-shape.ts'
import { lintRunbook } from './lint/lint-runbook.ts'
import { parseBody } from './parse/body.ts'
import {
  databasesOf,
  declaredNames,
  guardOf,
  inputsOf,
  lockOf,
  mapAt,
  refuseLiteralSecrets,
  runbookSchema,
  secretsOf,
  type Declared,
} from './parse/declarations.ts'
import { parseNestedSteps } from './parse/nested.ts'
import { parseStep } from './parse/step.ts'
import {
  isMap,
  parseWith,
  refuseTemplate,
  type LoadRunbook,
  type ParseText,
  type Parsing,
} from './parse/parsing.ts'
import { collectProblems, type Path, type Problems } from './yaml/problems.ts'
import type { Runbook } from './runbook.ts'
import { defaults, FORMAT } from './schema.ts'
import { readYaml, type Source } from './yaml/source.ts'

export type Parsed =
  { ok: true; runbook: Runbook; warnings: Issue[] } | { ok: false; issues: Issue[] }

/** `path` as the user named it; `kinds` is the table of steps/registry.ts. */
export function parseRunbook(file: {
  text: string
  path: string
  kinds: KindShapes
  /** Finds the text of another runbook, for steps that include one. */
  load?: LoadRunbook
}): Parsed {
  const trail = [{ path: file.path, at: undefined }]
  const from = { load: file.load, trail, budget: { includes: MAX_INCLUDES } }
  const read = parseText(file, from)
  return read.ok ? { ok: true, runbook: read.parsed.runbook, warnings: read.warnings } : read
}

const MAX_INCLUDES = 50

const parseText: ParseText = (file, from) => {
  const problems = collectProblems(file.text, file.path)
  const source = readYaml(file.text, problems)
  if (!source || !isRunbook(source.value, problems)) return { ok: false, issues: problems.issues() }
  const raw = source.value
  const { load, trail, budget } = from
  const { kinds } = file
  const parsing = createParsing({ source, problems, kinds, raw, load, trail, budget })
  const isLiteral = refuseLiteralSecrets(parsing, raw)
  const value = isLiteral ? { ...raw, secrets: undefined } : raw
  const declared = parseWith(parsing, runbookSchema, { value, path: [] })
  // Each entry by itself, so that a problem in one does not hide those of another.
  const around = {
    inputs: inputsOf(parsing, value),
    secrets: secretsOf(parsing, value),
    databases: databasesOf(parsing, value),
    lock: lockOf(parsing, declared?.lock),
  }
  for (const key of ['name', 'description', 'owner', 'severity']) {
    refuseTemplate(parsing, raw[key], { path: [key] })
  }
  const guard = guardOf(parsing, raw)
  const { steps, always } = stepsOf(parsing, raw)
  const globals = { ...declaredNames(raw), ...stepNames(parsing.known.values()) }
  const uses = checkPending(parsing, globals)
  if (!declared || problems.hasErrors()) return { ok: false, issues: problems.issues() }
  const about = aboutOf(declared)
  const { text, path } = file
  const { includes, texts, early } = parsing
  const body = { ...about, ...around, guard, steps, always, includes, texts }
  const runbook: Runbook = { ...body, sha256: sha256(text), path, text }
  lintRunbook({ runbook, uses, kinds: file.kinds, source, problems })
  return { ok: true, parsed: { runbook, names: globals, early }, warnings: problems.issues() }
}

const aboutOf = ({ name, description, owner, severity }: Declared) => ({
  name,
  description,
  owner,
  severity,
})

const BEGINNING = 'a runbook begins with `hotwash: 1`, `name:` and `steps:`'

function isRunbook(value: unknown, problems: Problems): value is Record<string, unknown> {
  const refuse = (message: string): false => {
    problems.add(0, { code: 'RUNBOOK', message, hint: BEGINNING })
    return false
  }
  if (value === null || value === undefined) return refuse('the file is empty')
  if (Array.isArray(value)) return refuse('this is a list, not a runbook')
  if (!isMap(value)) return refuse('this is plain text, not a runbook')
  const { hotwash } = value
  if (typeof hotwash !== 'number' || hotwash <= FORMAT) return true
  return refuse(`format ${hotwash} is newer than this hotwash, which reads format ${FORMAT}`)
}

/** Also for bodies that stand outside of a runbook, see parse-lone-bodies.ts. */
export function createParsing({
  raw,
  ...given
}: {
  source: Source
  problems: Problems
  kinds: KindShapes
  raw: Record<string, unknown>
} & Pick<Parsing, 'load' | 'trail' | 'budget'>): Parsing {
  const read = defaults.safeParse(raw['defaults'] ?? {})
  const parsing: Parsing = {
    source: given.source,
    problems: given.problems,
    kinds: given.kinds,
    load: given.load,
    trail: given.trail,
    budget: given.budget,
    parseBody,
    parseNestedSteps,
    parseText,
    includedAlways: [],
    includes: {},
    texts: [],
    early: new Map(),
    pending: [],
    known: new Map(),
    steps: [],
    nextOrder: 0,
    raw: new Map(),
    databases: new Set(Object.keys(mapAt(raw, 'databases'))),
    defaults: {
      timeoutMs: read.success ? read.data.timeout : undefined,
      onFailure: read.success ? read.data.on_failure : undefined,
    },
  }
  collectRaw(parsing, given.source, [['steps'], ['always']])
  return parsing
}

/** Steps at the top, by id: the flow of a nested step cannot be used again. */
function collectRaw({ raw }: Parsing, { value }: Source, lists: readonly Path[]): void {
  for (const path of lists) {
    const list = (value as Record<string, unknown>)[String(path[0])]
    if (!Array.isArray(list)) continue
    for (const [index, step] of (list as unknown[]).entries()) {
      if (!isMap(step) || typeof step['id'] !== 'string' || raw.has(step['id'])) continue
      raw.set(step['id'], { raw: step, path: [...path, index] })
    }
  }
}

function stepsOf(
  parsing: Parsing,
  raw: Record<string, unknown>,
): Pick<Runbook, 'steps' | 'always'> {
  for (const [key, always] of [
    ['steps', false],
    ['always', true],
  ] as const) {
    const list = Array.isArray(raw[key]) ? (raw[key] as unknown[]) : []
    for (const [index, item] of list.entries()) {
      parseStep(parsing, { raw: item, path: [key, index], within: undefined, always, locals: {} })
    }
  }
  // A step with problems leaves a hole; the runbook is not used then.
  const steps = parsing.steps.filter((step) => step !== undefined)
  return {
    steps: steps.filter((step) => !step.always),
    always: [...steps.filter((step) => step.always), ...parsing.includedAlways],
  }
}
