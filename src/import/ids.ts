/** Ids from words: the first few, small, unique among those that are taken. */

const SMALL_WORDS = /^(?:the|a|an|of|to|in|on|for|and|or|that|this|we|is|was|be|it|with|our)$/

/** `between` parts the words: `-` in heads of reports, `_` in runbooks. Takes what it gives. */
export const idFrom = (words: string, taken: Set<string>, between: '-' | '_' = '-'): string => {
  const parts = words
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .slice(0, 300)
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '' && !SMALL_WORDS.test(part))
  const first = parts.slice(0, 5).join(between).slice(0, 32)
  const base = /^[a-z]/.test(first)
    ? first
    : ['item', first].filter((part) => part !== '').join(between)
  const trimmed = base.replace(/[-_]+$/, '')
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? trimmed : `${trimmed}${between}${n}`
    if (taken.has(id)) continue
    taken.add(id)
    return id
  }
}
