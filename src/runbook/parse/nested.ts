/** Steps inside a step: the options of a decision, and the members of a group. They follow it. */
import { nameProblem } from './body.ts'
import { parseStep } from './step.ts'
import { addAt, isMap, type Around, type Inside, type KnownStep, type Parsing } from './parsing.ts'
import type { Path } from '../yaml/problems.ts'
import type { Within } from '../runbook.ts'
import { RESERVED } from '../schema.ts'

const MAX_NESTED = 100

/** Their ids, which take their place in the parameters. */
export function parseNestedSteps(
  parsing: Parsing,
  { raw, path }: { raw: unknown; path: Path },
  around: Around,
): string[] {
  const outer = [...parsing.known.values()].find(({ order }) => order === around.order)
  const isGroup = groupOf(parsing, outer)
  if (!Array.isArray(raw) || raw.length > MAX_NESTED || (isGroup && raw.length === 0)) {
    const message = `expected a list of ${isGroup ? '1 to' : 'at most'} ${MAX_NESTED} steps`
    addAt(parsing, path, { code: 'STEP', message })
    return []
  }
  const within: Within = isGroup
    ? { group: outer?.id ?? '' }
    : { decide: outer?.id ?? '', option: String(path.at(-2)) }
  const item = itemOf(parsing, { outer, path, around })
  const locals = item === undefined ? around.locals : { ...around.locals, [item]: 'dyn' as const }
  const inside = insideOf(parsing, { outer, item }, around.inside)
  const ids: string[] = []
  for (const [index, step] of (raw as unknown[]).entries()) {
    const at = { raw: step, path: [...path, index], within, always: around.always }
    parseStep(parsing, { ...at, locals, inside })
    if (isMap(step) && typeof step['id'] === 'string') ids.push(step['id'])
  }
  return ids
}

const groupOf = ({ kinds }: Parsing, outer: KnownStep | undefined): boolean =>
  outer?.kind !== undefined && kinds[outer.kind]?.type === 'group'

const NOT_AN_ITEM: ReadonlySet<string> = new Set(['inputs', 'secrets', 'steps', 'incident', 'run'])

/** How the steps of a `foreach` call the item. */
function itemOf(
  parsing: Parsing,
  { outer, path, around }: { outer: KnownStep | undefined; path: Path; around: Around },
): string | undefined {
  const params = outer?.kind === undefined ? undefined : outer.raw[outer.kind]
  if (outer === undefined || !groupOf(parsing, outer) || !isMap(params)) return undefined
  const { as } = params
  if (typeof as !== 'string') return undefined
  const at = [...path.slice(0, -1), 'as']
  if (RESERVED.has(as)) nameProblem(parsing, at, as)
  if (NOT_AN_ITEM.has(as) || around.inside?.items.includes(as) === true) {
    const message = `"${as}" means something else here already`
    addAt(parsing, at, { code: 'NAME', message, hint: 'take another name for the item' })
  }
  return as
}

function insideOf(
  { kinds }: Parsing,
  { outer, item }: { outer: KnownStep | undefined; item: string | undefined },
  around: Inside | undefined,
): Inside {
  const way = outer?.kind === undefined ? undefined : kinds[outer.kind]?.members
  return {
    together: way === 'together' ? outer?.id : around?.together,
    confirmed: around?.confirmed === true || (way !== undefined && asks(outer)),
    items: [...(around?.items ?? []), ...(item === undefined ? [] : [item])],
  }
}

const asks = (outer: KnownStep | undefined): boolean => outer?.raw['confirm'] !== undefined
