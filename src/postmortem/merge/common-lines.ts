/** The longest common subsequence of two lists of lines. */

/** Beyond it only what both begin and end with counts as common. */
const MAX_CELLS = 4_000_000

/** Pairs of positions, rising in both. */
export const commonLines = (a: readonly string[], b: readonly string[]): [number, number][] => {
  const pairs: [number, number][] = []
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) {
    pairs.push([start, start])
    start += 1
  }
  let end = 0
  const rest = Math.min(a.length, b.length) - start
  while (end < rest && a.at(-1 - end) === b.at(-1 - end)) end += 1
  const middle = longest(a.slice(start, a.length - end), b.slice(start, b.length - end))
  for (const [i, j] of middle) pairs.push([start + i, start + j])
  for (let n = end; n > 0; n -= 1) pairs.push([a.length - n, b.length - n])
  return pairs
}

const longest = (a: readonly string[], b: readonly string[]): [number, number][] => {
  if (a.length * b.length > MAX_CELLS) return []
  const width = b.length + 1
  const common = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number): number => common[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      common[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const pairs: [number, number][] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      pairs.push([i, j])
      ;[i, j] = [i + 1, j + 1]
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1
    else j += 1
  }
  return pairs
}
