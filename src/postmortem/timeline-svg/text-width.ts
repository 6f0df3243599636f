/**
 * How wide a text is at most, without a browser: by the widths of DejaVu Sans, the widest of the
 * fonts that the picture asks for. What is not ASCII counts as a full square, and is cut off by the
 * picture besides.
 */

/** Of the characters from blank to ~, in thousandths of the size of the font. */
const WIDTHS: readonly number[] = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
  636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
  575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
  611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
  278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
]
const SQUARE = 1100
/** Bold letters are up to a quarter wider, by a tenth on average. */
const BOLD = 1.15

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** As people see them; in what is plain, each character is one, and nobody needs to look. */
const graphemes = (text: string): Iterable<string> =>
  isPlain(text) ? text : Array.from(segmenter.segment(text), ({ segment }) => segment)

const widthOfOne = (grapheme: string): number => WIDTHS[grapheme.charCodeAt(0) - 32] ?? SQUARE

export type Font = { size: number; bold?: boolean }

const em = ({ size, bold = false }: Font): number => (bold ? size * BOLD : size) / 1000

export const textWidth = (text: string, font: Font): number => {
  let width = 0
  for (const segment of graphemes(text)) width += widthOfOne(segment)
  return width * em(font)
}

/** The beginning that fits, with `…` where something is left out; empty when nothing fits. */
export const fitText = (text: string, width: number, font: Font): string => {
  const room = width / em(font) + 0.001
  let used = 0
  let fits = ''
  for (const segment of graphemes(text)) {
    used += widthOfOne(segment)
    if (used > room) return fits === '' ? '' : `${fits.trimEnd()}…`
    // What comes after this one may have to be left out: the dots need their place.
    if (used + SQUARE <= room) fits += segment
  }
  return text
}

/** Shown as it is by any font, in the direction in which it is written. */
export const isPlain = (text: string): boolean => /^[\u0020-\u007E\u2010-\u2026]*$/.test(text)
