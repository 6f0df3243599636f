/** `0 rows`, `1 row`, `3 rows`. */
export const counted = (count: number, word: string): string =>
  `${count} ${word}${count === 1 ? '' : 's'}`
