/** Nearest rank: the smallest value that so many in a hundred do not exceed; always one that was measured. */
export const nearestRank = (percent: number, count: number): number =>
  Math.ceil((percent * count) / 100)
