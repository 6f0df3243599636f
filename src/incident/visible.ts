/**
 * Makes visible what a terminal or a browser would act on or hide: control characters, bidirectional
 * overrides, zero-width characters. A title that reads differently from its bytes is a way to lie.
 */

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115F\u1160\u3164\uFFA0]/gu
// CSI (colors, cursor) and OSC (links, clipboard, titles) sequences, complete ones only.
// eslint-disable-next-line no-control-regex
const ANSI = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\](?:[^\u0007\u001B]|\u001B(?!\\))*(?:\u0007|\u001B\\))/g

const escapeOf = (char: string): string =>
  `\\u{${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}}`

/** Shows all of itself already, as most lines do. */
const ALL_SEEN = /^[!-~]+(?: [!-~]+)*$/

/** One line: white space of any kind becomes single blanks, the unseen becomes `\u{202E}`. */
export const visibleLine = (text: string): string =>
  ALL_SEEN.test(text)
    ? text
    : text
        .replace(/[ \t\r\n\v\f\u0085\u2028\u2029]+/g, ' ')
        .trim()
        .replace(UNSEEN, escapeOf)

/** Several lines: line ends become `\n`, tabs stay, color and link sequences go, the unseen becomes visible. */
export const visibleBlock = (text: string): string =>
  text
    .replace(ANSI, '')
    .replace(/\r\n?/g, '\n')
    .replace(UNSEEN, (char) => (char === '\n' || char === '\t' ? char : escapeOf(char)))

/** At most `max` characters, the cut marked. Never cuts a surrogate pair in two. */
export const clip = (text: string, max: number): string => {
  if (text.length <= max) return text
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
