/**
 * Places for dots on a line so that none hides another. Where there is no room for all, they are
 * stacked by columns, and each dot is several of them: the shape stays true.
 */

export type Dot<T> = {
  x: number
  /** 0 on the line, then 1 above, -1 below, 2 above, … */
  lane: number
  /** What stands here. */
  items: T[]
}

export type Swarm<T> = {
  dots: Dot<T>[]
  /** How many a dot is, at most. */
  perDot: number
}

const LANES = 11

const laneOf = (n: number): number => (n % 2 === 0 ? -n / 2 : (n + 1) / 2)

/** `items` from left to right. */
export const swarm = <T extends { x: number }>(items: readonly T[], diameter: number): Swarm<T> => {
  const dots = sideBySide(items, diameter)
  return dots === undefined ? stacked(items, diameter) : { dots, perDot: 1 }
}

/** Each at its own x; undefined: there is not enough room. */
function sideBySide<T extends { x: number }>(
  items: readonly T[],
  diameter: number,
): Dot<T>[] | undefined {
  const ends = Array.from({ length: LANES }, () => -Infinity)
  const dots: Dot<T>[] = []
  for (const item of items) {
    const free = ends.findIndex((end) => item.x - end >= diameter)
    if (free === -1) return undefined
    ends[free] = item.x
    dots.push({ x: item.x, lane: laneOf(free), items: [item] })
  }
  return dots
}

function stacked<T extends { x: number }>(items: readonly T[], diameter: number): Swarm<T> {
  const columns = [...Map.groupBy(items, ({ x }) => Math.round(x / diameter))]
  const perDot = Math.max(...columns.map(([, column]) => Math.ceil(column.length / LANES)))
  const dots = columns.flatMap(([number, column]) =>
    Array.from({ length: Math.ceil(column.length / perDot) }, (_, n) => ({
      x: number * diameter,
      lane: laneOf(n),
      items: column.slice(n * perDot, (n + 1) * perDot),
    })),
  )
  return { dots, perDot }
}
