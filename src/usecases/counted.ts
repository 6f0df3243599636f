/** `no errors`, `1 error`, `3 errors`. */
export const counted = (count: number, word: string): string =>
  `${count === 0 ? 'no' : count} ${word}${count === 1 ? '' : 's'}`
