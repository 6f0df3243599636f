/**
 * Which fields of the view a template prints or asks for, through its partials; read off the parsed
 * template, so that no list by hand can be out of date.
 */
import type { CheckedTemplate } from './check-template.ts'
import type { LoadedTemplate } from './load-template.ts'
import { templateError, type TemplateSource } from './template-error.ts'
import { marksIn } from './to-write.ts'
import { closest } from '../runbook/did-you-mean.ts'

export type TemplateFields = {
  /** `title`, `runs[].steps[].took`, `people.actions[].owner`; sorted. */
  fields: string[]
  /** Where each of them is named first. */
  uses: ReadonlyMap<string, Use>
  /** What people are asked to write in place: the names after `to-write:`; in order. */
  asks: string[]
}

type Use = { source: TemplateSource; line: number; column: number }

type Node = hbs.AST.Node
/** Paths of the contexts around, the innermost last, and names that blocks gave to paths. */
type Scope = {
  source: TemplateSource
  contexts: readonly string[]
  names: ReadonlyMap<string, string>
}
type Walk = { loaded: LoadedTemplate; uses: Map<string, Use>; asks: Set<string> }

export const templateFields = (loaded: LoadedTemplate): TemplateFields => {
  const walk: Walk = { loaded, uses: new Map(), asks: new Set() }
  visitTemplate(walk, loaded.main, [''])
  return { fields: [...walk.uses.keys()].sort(), uses: walk.uses, asks: [...walk.asks] }
}

const visitTemplate = (
  walk: Walk,
  { ast, source }: CheckedTemplate,
  contexts: readonly string[],
): void => visitProgram(walk, ast, { source, contexts, names: new Map() })

/** A partial cannot include itself, so that this ends. */
const visitProgram = (walk: Walk, program: hbs.AST.Program, scope: Scope): void => {
  for (const node of program.body) visit(walk, node, scope)
}

const visit = (walk: Walk, node: Node, scope: Scope): void => {
  if (node.type === 'ContentStatement') {
    const { value } = node as hbs.AST.ContentStatement
    for (const name of marksIn(value)) walk.asks.add(name)
  } else if (node.type === 'MustacheStatement') {
    use(walk, (node as hbs.AST.MustacheStatement).path, scope)
  } else if (node.type === 'BlockStatement') {
    visitBlock(walk, node as hbs.AST.BlockStatement, scope)
  } else if (node.type === 'PartialStatement') {
    const { name, params } = node as hbs.AST.PartialStatement
    const partial = walk.loaded.partials.get((name as hbs.AST.PathExpression).original)
    const path = params[0] === undefined ? undefined : use(walk, params[0], scope)
    const { contexts } = scope
    if (partial !== undefined)
      visitTemplate(walk, partial, path === undefined ? contexts : [...contexts, path])
  }
}

const visitBlock = (walk: Walk, node: hbs.AST.BlockStatement, scope: Scope): void => {
  const kind = node.path.original
  const [param] = node.params
  const path = param === undefined ? undefined : use(walk, param, scope)
  const inside = path === undefined || !OPENS.has(kind) ? undefined : innerPath(kind, path)
  const inner: Scope =
    inside === undefined
      ? scope
      : {
          ...scope,
          contexts: [...scope.contexts, inside],
          names: new Map([
            ...scope.names,
            ...(node.program?.blockParams ?? []).slice(0, 1).map((name) => [name, inside] as const),
          ]),
        }
  // Of `{{^if x}}` only the inverse is there.
  for (const [program, within] of [
    [node.program, inner],
    [node.inverse, scope],
  ] as [hbs.AST.Program | undefined, Scope][])
    if (program !== undefined) visitProgram(walk, program, within)
}

const OPENS: ReadonlySet<string> = new Set(['each', 'with'])

const innerPath = (kind: string, path: string): string => (kind === 'each' ? `${path}[]` : path)

/** Notes the field and gives its path; undefined for what is no field (`@index`, a literal). */
const use = (walk: Walk, node: Node, { source, contexts, names }: Scope): string | undefined => {
  if (node.type !== 'PathExpression') return undefined
  const { parts, depth, data } = node as hbs.AST.PathExpression & { parts: string[] }
  const [first, ...rest] = parts
  const named = first === undefined || data || depth > 0 ? undefined : names.get(first)
  const isRoot = data && first === 'root'
  if (data && !isRoot) return undefined
  const base = named ?? (isRoot ? '' : (contexts.at(-1 - depth) ?? ''))
  const own = named !== undefined || isRoot ? rest : parts
  const path = [base, ...own].filter((part) => part !== '').join('.')
  const { line, column } = node.loc.start
  if (path !== '' && !walk.uses.has(path)) walk.uses.set(path, { source, line, column: column + 1 })
  return path
}

/**
 * The first field that is not in the view, as an error with its place. Rows of lists are not judged:
 * an empty view has none, and rendering names what is missing in them.
 */
export const missingField = ({ uses }: TemplateFields, view: object): Error | undefined => {
  for (const [path, { source, line, column }] of uses) {
    const missing = missingIn(view, path.split('.'))
    if (missing === undefined) continue
    const near = closest(missing.name, missing.known)
    return templateError(
      source,
      { line, column },
      {
        message: `there is no field "${missing.name}" here`,
        hint: near === undefined ? undefined : `did you mean "${near}"?`,
      },
    )
  }
  return undefined
}

const missingIn = (
  view: unknown,
  [first = '', ...rest]: readonly string[],
): { name: string; known: string[] } | undefined => {
  if (typeof view !== 'object' || view === null || Array.isArray(view)) return undefined
  const name = first.replace(/\[\]$/, '')
  if (!Object.hasOwn(view, name)) return { name, known: Object.keys(view) }
  return rest.length === 0 ? undefined : missingIn((view as Record<string, unknown>)[name], rest)
}
