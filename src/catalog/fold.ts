/**
 * Text as it is compared: small letters, no accents, no characters that cannot be seen. What a mask
 * stands for is nobody's word, so that neither likeness nor search can be led by names of secrets.
 */

const MASK = /\[masked:[\w.:@-]*\]/g
const NOT_ASCII = /[^\0-\x7f]/ // eslint-disable-line no-control-regex
/** Letters that Unicode takes for ones of their own. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
}

/** Of the same length, so that places stay what they are. */
const withoutMasks = (text: string): string =>
  text.includes('[masked:') ? text.replace(MASK, (mask) => ' '.repeat(mask.length)) : text

const foldOne = (char: string): string =>
  char
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => PLAIN[letter] ?? letter)

export const fold = (text: string): string => {
  const shown = withoutMasks(text)
  return NOT_ASCII.test(shown) ? foldOne(shown) : shown.toLowerCase()
}

/** With the place in `text` that each character of the folded text came from, and its end. */
export function foldWithPlaces(text: string): { folded: string; placeOf: (at: number) => number } {
  const shown = withoutMasks(text)
  if (!NOT_ASCII.test(shown)) return { folded: shown.toLowerCase(), placeOf: (at) => at }
  const places: number[] = []
  let folded = ''
  let place = 0
  for (const char of shown) {
    const one = NOT_ASCII.test(char) ? foldOne(char) : char.toLowerCase()
    for (let n = 0; n < one.length; n += 1) places.push(place)
    folded += one
    place += char.length
  }
  return { folded, placeOf: (at) => places[at] ?? text.length }
}
