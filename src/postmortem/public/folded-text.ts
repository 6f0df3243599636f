/**
 * A text as a reader takes it, whatever it is written with: mark-up, entities, percent codes, invisible
 * characters, accents, look-alike letters and line breaks are taken out of the way. Every character
 * knows where it stands in the source, so that what is found can be shown there.
 */

export type Folded = {
  /** Upper and lower case as in the source. */
  text: string
  /** As long as `text`. */
  lower: string
  /** Offset in the source of each character of `text`. */
  at: readonly number[]
}

type Part = { text: string; at: number[] }

export type FoldOptions = {
  /** Mark-up may hide a word, and a word may hide in mark-up: both are looked at, one at a time. */
  markup: 'dropped' | 'kept'
  /** `&amp;` → `&`; of a Markdown library, which has the table. */
  unescape: (entity: string) => string
}

/** An encoding within an encoding within an encoding: nobody needs more. */
const ROUNDS = 3

export const fold = (source: string, { markup, unescape }: FoldOptions): Folded => {
  let part: Part = { text: source, at: [...source.split('').keys()] }
  for (let round = 0; round < ROUNDS; round += 1) {
    part = replaced(part, /&(?:#x[\da-f]{1,6}|#\d{1,7}|[a-z][a-z\d]{1,31});/gi, unescape)
    part = replaced(part, /(?:%[\da-f]{2})+/gi, percentDecoded)
  }
  if (markup === 'dropped') {
    part = withoutComments(part)
    for (const pattern of MARKUP) part = replaced(part, pattern, () => '')
  }
  part = replaced(part, /\\([!-/:-@[-`{-~])/g, (escaped) => escaped.slice(1))
  // Before letters are joined by what is left out between them.
  part = replaced(part, INVISIBLE, () => '')
  part = replaced(part, /\s+/g, () => ' ')
  part = replaced(part, / ?[([{] ?(?:at|dot) ?[)\]}] ?/gi, (word) => (/at/i.test(word) ? '@' : '.'))
  part = replaced(part, /[^\0-\x7f]/gu, plain)
  const lower = Array.from(part.text.split(''), lowered).join('')
  return { text: part.text, lower, at: part.at }
}

/** A term, folded as the text that it is looked for in. */
export const foldTerm = (term: string): string =>
  fold(term, { markup: 'kept', unescape: (entity) => entity }).lower.trim()

/** Tags, links, images, emphasis, code, deletions: what splits a word without showing. */
const MARKUP = [/<\/?[a-z][^<>]*>/gi, /\]\([^()\n]*\)/g, /!?\[/g, /[*`~\]]/g]

/** Format characters, joiners, variation selectors, fillers; control characters but white space. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]|[^\P{Cc}\s]/gu

/** By hand: an expression would look for the end of each comment that has none through all of the text. */
const withoutComments = (from: Part): Part => {
  const texts: string[] = []
  const at: number[] = []
  let end = 0
  while (end < from.text.length) {
    const begin = from.text.indexOf('<!--', end)
    const close = begin === -1 ? -1 : from.text.indexOf('-->', begin + 4)
    const until = close === -1 ? from.text.length : begin
    texts.push(from.text.slice(end, until))
    for (let index = end; index < until; index += 1) at.push(from.at[index] ?? 0)
    end = close === -1 ? from.text.length : close + 3
  }
  return { text: texts.join(''), at }
}

const replaced = (from: Part, pattern: RegExp, to: (match: string) => string): Part => {
  if (from.text.search(pattern) === -1) return from
  const texts: string[] = []
  const at: number[] = []
  let end = 0
  const keep = (until: number): void => {
    texts.push(from.text.slice(end, until))
    for (let index = end; index < until; index += 1) at.push(from.at[index] ?? 0)
  }
  for (const { 0: match, index } of from.text.matchAll(pattern)) {
    keep(index)
    const text = to(match)
    texts.push(text)
    for (let unit = 0; unit < text.length; unit += 1) at.push(from.at[index] ?? 0)
    end = index + match.length
  }
  keep(from.text.length)
  return { text: texts.join(''), at }
}

const percentDecoded = (bytes: string): string => {
  try {
    return decodeURIComponent(bytes)
  } catch {
    return bytes
  }
}

/** Without accents, full width, or a letter of another script that looks the same. */
const plain = (character: string): string =>
  character
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\0-\x7f]/gu, (one) => LOOKALIKES.get(one) ?? one)

const lookalikes = (ours: string, theirs: string): [string, string][] =>
  Array.from(theirs).map((letter, index) => [letter, ours[index] ?? letter])

const LOOKALIKES: ReadonlyMap<string, string> = new Map([
  ...lookalikes('aceopxyijsABCEHIJKMOPSTXY', 'асеорхуіјѕАВСЕНІЈКМОРЅТХУ'),
  ...lookalikes('aoivukABEZHIKMNOPTXY', 'αοινυκΑΒΕΖΗΙΚΜΝΟΡΤΧΥ'),
  ...lookalikes('------', '‐‑‒–—−'),
  ...lookalikes('..', '。․'),
  ...lookalikes('ilo', 'ıłø'),
])

/** One unit for one: `İ` would become two. */
const lowered = (unit: string): string => {
  const small = unit.toLowerCase()
  return small.length === 1 ? small : unit
}
