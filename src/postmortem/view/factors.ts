/**
 * Contributing factors as a list that reads downwards: what ends in the incident first, and below
 * each factor those that brought it about. A factor with several effects is told once and named
 * again; factors in a circle are shown as one, since one of the claims must be wrong.
 */
import type { Factor } from '../front-matter/schema.ts'
import { code, join, NOTHING, say, words, type Markdown } from './markdown.ts'

/** `indent` is what stands before the dash of the list. */
export type FactorLine = { indent: Markdown; says: Markdown }

/** A list that is deeper is not read as one. */
const MAX_DEPTH = 12

export const factorLines = (
  factors: readonly Factor[],
): { lines: FactorLine[]; circles: Markdown[] } => {
  const byId = new Map(factors.map((factor) => [factor.id, factor]))
  const isCause = new Set(factors.flatMap(({ because }) => because))
  const told = new Set<string>()
  const lines: FactorLine[] = []
  const circles: Markdown[] = []
  const tell = (factor: Factor, chain: readonly string[]): void => {
    const { id, says, because } = factor
    const before = chain.length === 0 ? NOTHING : say`because of `
    const indent = indentOf(chain.length)
    if (told.has(id)) {
      lines.push({ indent, says: say`${before}${code(id)}, told above` })
      return
    }
    told.add(id)
    lines.push({ indent, says: say`${before}${code(id)}: ${words(says)}` })
    for (const name of because) {
      const cause = byId.get(name)
      const inner = [...chain, id]
      if (cause === undefined)
        lines.push({
          indent: indentOf(inner.length),
          says: say`because of ${code(name)}, which is not a factor of this report`,
        })
      else if (inner.includes(name))
        circles.push(circle([...inner.slice(inner.indexOf(name)), name]))
      else if (inner.length > MAX_DEPTH)
        lines.push({
          indent: indentOf(inner.length),
          says: say`because of ${code(name)}, told below`,
        })
      else tell(cause, inner)
    }
  }
  for (const factor of factors) if (!isCause.has(factor.id)) tell(factor, [])
  // What is left is in a circle, only reached from one, or too deep to be told there.
  for (const factor of factors) if (!told.has(factor.id)) tell(factor, [])
  return { lines, circles }
}

const indentOf = (depth: number): Markdown =>
  join(
    Array.from({ length: depth }, () => say`  `),
    '',
  )

const circle = (ids: readonly string[]): Markdown =>
  say`Factors cannot cause each other in a circle: ${join(ids.map(code), ' because of ')}.`
