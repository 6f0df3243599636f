/** From the library's nodes to plain values with their places; aliases are expanded and counted. */
import { isAlias, isMap, isScalar, isSeq, type Document, type Node, type Pair } from 'yaml'
import type { Path, Problems } from './problems.ts'

export const MAX_DEPTH = 60
/** Nodes after the expansion of aliases: an ordinary runbook has some hundreds. */
const MAX_NODES = 20_000

type Span = { start: number; end: number }
export type Spans = Map<string, { key?: Span; value: Span }>
export type Tree = { value: unknown; spans: Spans; paths: WeakMap<object, Path> }

/** One walk. Stops at the first limit that is passed; the problems have the place. */
class Stop extends Error {}

type Walk = {
  problems: Problems
  spans: Spans
  paths: WeakMap<object, Path>
  anchors: Map<string, Node>
  /** Nodes being expanded, outermost first: an alias of one of them is a cycle. */
  open: Set<Node>
  nodes: number
  /** Offset of the alias whose expansion is being walked. */
  alias: number | undefined
}

export function walkTree(document: Document.Parsed, problems: Problems): Tree {
  const walk: Walk = {
    problems,
    spans: new Map(),
    paths: new WeakMap(),
    anchors: new Map(),
    open: new Set(),
    nodes: 0,
    alias: undefined,
  }
  let value: unknown = null
  try {
    value = visit(document.contents, [], walk)
  } catch (error) {
    if (!(error instanceof Stop)) throw error
  }
  return { value, spans: walk.spans, paths: walk.paths }
}

const startOf = (node: Node | null, fallback = 0): number => node?.range?.[0] ?? fallback

function stop(walk: Walk, offset: number, message: string): never {
  walk.problems.add(offset, { code: 'YAML', message })
  throw new Stop()
}

function visit(node: Node | null, path: Path, walk: Walk): unknown {
  const offset = walk.alias ?? startOf(node)
  walk.nodes += 1
  if (walk.nodes > MAX_NODES) {
    stop(walk, offset, `more than ${MAX_NODES} values, aliases expanded`)
  }
  if (path.length > MAX_DEPTH) stop(walk, offset, `nested deeper than ${MAX_DEPTH} levels`)
  const known = walk.spans.get(JSON.stringify(path))
  const span = { start: startOf(node), end: node?.range?.[1] ?? startOf(node) }
  // An empty value has a place of its own in the library, but the key says more.
  const value = node === null || span.start === span.end ? (known?.key ?? span) : span
  walk.spans.set(JSON.stringify(path), { ...known, value })
  if (node === null) return null
  if (!isAlias(node) && node.anchor !== undefined && walk.alias === undefined) {
    walk.anchors.set(node.anchor, node)
  }
  if (isAlias(node)) return expand(node.source, { offset: startOf(node), path }, walk)
  if (isScalar(node)) return scalar(node, offset, walk)
  walk.open.add(node)
  const made = isMap(node)
    ? mapping(node.items, path, walk)
    : isSeq(node)
      ? node.items.map((item, index) => visit(item as Node | null, [...path, index], walk))
      : null
  walk.open.delete(node)
  if (made !== null) walk.paths.set(made, path)
  return made
}

function expand(name: string, at: { offset: number; path: Path }, walk: Walk): unknown {
  const target = walk.anchors.get(name)
  if (!target) return stop(walk, at.offset, `alias *${name} has no anchor &${name} before it`)
  if (walk.open.has(target)) stop(walk, at.offset, `alias *${name} contains itself`)
  const outer = walk.alias
  walk.alias = outer ?? at.offset
  const value = visit(target, at.path, walk)
  walk.alias = outer
  return value
}

const OCTAL = /^[-+]?0\d+$/

function scalar(node: { value: unknown; source?: string }, offset: number, walk: Walk): unknown {
  const { value } = node
  const problem = (message: string, hint: string): null => {
    walk.problems.add(offset, { code: 'YAML', message, hint })
    return null
  }
  if (typeof value !== 'bigint' && typeof value !== 'number') return value
  const source = node.source ?? String(value)
  if (OCTAL.test(source)) {
    return problem(`${source} may be octal or decimal`, `quote it: "${source}"`)
  }
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value)
  if (typeof value === 'bigint') {
    return problem(`${source} is too large to be an exact number`, `quote it: "${source}"`)
  }
  if (Number.isFinite(value)) return value
  return problem(`${source} is not a finite number`, 'accepted: ordinary numbers')
}

function mapping(items: readonly Pair[], path: Path, walk: Walk): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  const first = new Map<string, number>()
  for (const { key, value } of items) {
    const node = key as Node | null
    const offset = walk.alias ?? startOf(node)
    const name = keyOf(node, offset, walk)
    if (name === undefined) continue
    const before = first.get(name)
    if (before !== undefined) {
      const { line, column } = walk.problems.place(before)
      const message = `key "${name}" is given twice; first at line ${line}, column ${column}`
      walk.problems.add(offset, { code: 'DUPLICATE_KEY', message })
      continue
    }
    first.set(name, offset)
    const inner = [...path, name]
    const span = { start: startOf(node), end: node?.range?.[1] ?? startOf(node) }
    walk.spans.set(JSON.stringify(inner), { key: span, value: span })
    made[name] = visit(value as Node | null, inner, walk)
  }
  return made
}

function keyOf(node: Node | null, offset: number, walk: Walk): string | undefined {
  const refuse = (message: string, hint: string): undefined => {
    walk.problems.add(offset, { code: 'YAML', message, hint })
    return undefined
  }
  const value = isScalar(node) ? node.value : undefined
  if (typeof value !== 'string') {
    const shown = isScalar(node) ? String(node.source ?? node.value) : 'this'
    return refuse(`${shown} is a key that is not a string`, `quote it: "${shown}"`)
  }
  if (value === '<<') {
    return refuse(
      'merge keys (<<) are not supported',
      'repeat the keys, or use an alias as a value',
    )
  }
  if (value === '__proto__') {
    walk.problems.add(offset, { code: 'UNKNOWN_KEY', message: 'unknown key "__proto__"' })
    return undefined
  }
  return value
}
