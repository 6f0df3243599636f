/**
 * Makes visible what a terminal or a browser would act on or hide: control characters, bidirectional
 * overrides, zero-width characters; of these, not the joiners that a script or an emoji is spelled
 * with. A title that reads differently from its bytes is a way to lie.
 */

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115F\u1160\u3164\uFFA0]/gu
// CSI (colors, cursor) and OSC (links, clipboard, titles) sequences, complete ones only.
// eslint-disable-next-line no-control-regex
const ANSI = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\](?:[^\u0007\u001B]|\u001B(?!\\))*(?:\u0007|\u001B\\))/g

const escapeOf = (char: string): string =>
  `\\u{${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}}`

const JOINERS: ReadonlySet<string> = new Set(['\u200C', '\u200D'])
/** A family is people that are joined. */
const EMOJI_BEFORE = /\p{ExtPict}(?:\uFE0F|\p{EMod})?$/u
const EMOJI_AFTER = /^\p{ExtPict}/u
/** A letter of a script that spells with joiners (RFC 5892, appendix A). */
const SPELLS =
  /[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}]/u
/** Without its vowel a letter joins the next one, or ends the word. */
const VIRAMA = /[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA]/

/** Anywhere else a joiner only makes two words out of what looks like one. */
function isSpelling(joiner: string, at: number, text: string): boolean {
  const [before, after] = [text.charAt(at - 1), text.charAt(at + 1)]
  return (
    VIRAMA.test(before) ||
    (SPELLS.test(before) && SPELLS.test(after)) ||
    (joiner === '\u200D' &&
      EMOJI_BEFORE.test(text.slice(Math.max(0, at - 4), at)) &&
      EMOJI_AFTER.test(text.slice(at + 1, at + 3)))
  )
}

const shown = (char: string, at: number, text: string): string =>
  JOINERS.has(char) && isSpelling(char, at, text) ? char : escapeOf(char)

/** Shows all of itself already, as most lines do. */
const ALL_SEEN = /^[!-~]+(?: [!-~]+)*$/

/** One line: white space of any kind becomes single blanks, the unseen becomes `\u{202E}`. */
export const visibleLine = (text: string): string =>
  ALL_SEEN.test(text)
    ? text
    : text
        .replace(/[ \t\r\n\v\f\u0085\u2028\u2029]+/g, ' ')
        .trim()
        .replace(UNSEEN, shown)

/** Several lines: line ends become `\n`, tabs stay, color and link sequences go, the unseen becomes visible. */
export const visibleBlock = (text: string): string =>
  text
    .replace(ANSI, '')
    .replace(/\r\n?/g, '\n')
    .replace(UNSEEN, (char, at: number, whole: string) =>
      char === '\n' || char === '\t' ? char : shown(char, at, whole),
    )

/** At most `max` characters, the cut marked. Never cuts a surrogate pair in two, nor ends in a joiner. */
export const clip = (text: string, max: number): string => {
  if (text.length <= max) return text
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF\u200C\u200D]$/, '')}…`
}
