/** Blocks of three bytes, hashed to 16 bits: what both the search and its filter look at. Pure. */
export const BLOCK = 3
export const BLOCKS = 1 << 16

export const blockHash = (a: number, b: number, c: number): number =>
  ((a * 0x9e5) ^ (b * 0x1f3b) ^ (c * 0x3d)) & (BLOCKS - 1)
