/** `d b 0 1 . i n t e r n a l`: letters with one and the same sign between them are a word to any reader. */
import type { Folded } from './folded-text.ts'

/** Prose has no four signs that stand alone in a row. */
const SPREAD = /(?<![\p{L}\p{N}])\S([ .·_-])\S(?:\1\S){2,}(?![\p{L}\p{N}])/gu

/** Such words alone, closed up, one in a line; undefined where there is none. */
export const spreadLetters = ({ text, lower, at }: Folded): Folded | undefined => {
  const kept: number[] = []
  const ends = new Set<number>()
  for (const { 0: run, 1: between, index } of text.matchAll(SPREAD)) {
    for (let unit = 0; unit < run.length; unit += 1)
      if (unit % 2 === 0 || run[unit] !== between) kept.push(index + unit)
    ends.add(index + run.length - 1)
  }
  if (kept.length === 0) return undefined
  const lined = (from: string): string =>
    kept.map((index) => `${from[index]}${ends.has(index) ? '\n' : ''}`).join('')
  return {
    text: lined(text),
    lower: lined(lower),
    at: kept.flatMap((index) => {
      const here = at[index] ?? 0
      return ends.has(index) ? [here, here + 1] : [here]
    }),
  }
}
