/** Places for dots on a line so that none hides another; where there are too many, the last one says so. */

export type Dot<T> = {
  x: number
  /** 0 on the line, then 1 above, -1 below, 2 above, … */
  lane: number
  /** What stands here: more than one where there was no room. */
  items: T[]
}

const LANES = 11

/** `items` from left to right. */
export function swarm<T extends { x: number }>(items: readonly T[], diameter: number): Dot<T>[] {
  const dots: Dot<T>[] = []
  const lastOf: (Dot<T> | undefined)[] = Array.from({ length: LANES }, () => undefined)
  for (const item of items) {
    const free = lastOf.findIndex((last) => last === undefined || item.x - last.x >= diameter)
    if (free === -1) {
      // Onto the one of the outermost lane: it is nearest to where it belongs.
      lastOf.at(-1)?.items.push(item)
      continue
    }
    const dot = { x: item.x, lane: free % 2 === 0 ? -free / 2 : (free + 1) / 2, items: [item] }
    lastOf[free] = dot
    dots.push(dot)
  }
  return dots
}
