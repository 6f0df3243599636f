/**
 * What a condition must come to whatever its numbers turn out to be within their bounds. Three
 * values: true, false, and undefined where it depends, or where this does not know the operator.
 */
import { program } from './cel-environment.ts'

/** From the least to the greatest that a number can still become. */
export type Bounds = Readonly<Record<string, { least: number; most: number }>>

/** A part of cel-js's syntax tree; what is not known here is left alone. */
type Node = { op: string; args: unknown; range: { start: number; end: number } }
type Range = { least: number; most: number }
type Judged = boolean | undefined

const astOf = (source: string): Node => program(source, []).ast

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value

const pairOf = (node: Node): [Node, Node] | undefined => {
  const [left, right] = Array.isArray(node.args) ? (node.args as unknown[]) : []
  return isNode(left) && isNode(right) ? [left, right] : undefined
}

/** Throws for a source that is no expression. */
export const surely = (source: string, bounds: Bounds): Judged => judge(astOf(source), bounds)

/** `a && (b || c)` as `a` and `b || c`, in the words of the source. */
export function conjunctsOf(source: string): string[] {
  const parts = (node: Node): string[] => {
    const pair = node.op === '&&' ? pairOf(node) : undefined
    return pair ? pair.flatMap(parts) : [source.slice(node.range.start, node.range.end)]
  }
  return parts(astOf(source))
}

function judge(node: Node, bounds: Bounds): Judged {
  if (node.op === '!_' && isNode(node.args)) {
    const inner = judge(node.args, bounds)
    return inner === undefined ? undefined : !inner
  }
  const pair = pairOf(node)
  if (pair === undefined) return undefined
  if (node.op === '&&' || node.op === '||') {
    const decisive = node.op === '||'
    const [left, right] = pair.map((part) => judge(part, bounds))
    if (left === decisive || right === decisive) return decisive
    return left === undefined || right === undefined ? undefined : !decisive
  }
  const [left, right] = pair.map((part) => rangeOf(part, bounds))
  return left && right ? COMPARISONS[node.op]?.(left, right) : undefined
}

const COMPARISONS: Readonly<Record<string, (left: Range, right: Range) => Judged>> = {
  '<': isBelow,
  '<=': (left, right) => not(isBelow(right, left)),
  '>': (left, right) => isBelow(right, left),
  '>=': (left, right) => not(isBelow(left, right)),
  '==': isEqual,
  '!=': (left, right) => not(isEqual(left, right)),
}

const not = (judged: Judged): Judged => (judged === undefined ? undefined : !judged)

function isBelow(left: Range, right: Range): Judged {
  if (left.most < right.least) return true
  return left.least >= right.most ? false : undefined
}

function isEqual(left: Range, right: Range): Judged {
  if (left.most < right.least || right.most < left.least) return false
  const one = left.least === left.most && right.least === right.most
  return one ? true : undefined
}

function rangeOf(node: Node, bounds: Bounds): Range | undefined {
  if (node.op === 'id' && typeof node.args === 'string') {
    return Object.hasOwn(bounds, node.args) ? bounds[node.args] : undefined
  }
  if (node.op === '-_' && isNode(node.args)) {
    const inner = rangeOf(node.args, bounds)
    return inner && { least: -inner.most, most: -inner.least }
  }
  const isNumber = typeof node.args === 'number' || typeof node.args === 'bigint'
  if (node.op !== 'value' || !isNumber) return undefined
  const value = Number(node.args)
  return { least: value, most: value }
}
