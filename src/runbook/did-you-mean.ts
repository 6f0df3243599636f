import { distance } from 'fastest-levenshtein'

/** The known word that a typo is near enough to; undefined when none is. */
export function closest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of known) {
    const steps = distance(word.toLowerCase(), candidate.toLowerCase())
    if (steps < least && steps < word.length) [best, least] = [candidate, steps]
  }
  return best
}
