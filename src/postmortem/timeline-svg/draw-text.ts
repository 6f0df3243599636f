/** Text that cannot leave its place: measured, cut, and what no table knows the width of is clipped. */
import { fitText, isPlain, textWidth, type Font } from './text-width.ts'
import { px, xmlText } from './xml.ts'

export type Line = {
  x: number
  /** The base line. */
  y: number
  text: string
  size?: number
  bold?: boolean
  /** It ends at `x`. */
  before?: boolean
  /** Cut to this; what does not fit at all is left out. */
  width: number
  style?: string
}

export const drawText = (line: Line): string => {
  const { x, y, text, size = 13, bold = false, before = false, width, style } = line
  const font: Font = { size, bold }
  const shown = fitText(text, width, font)
  if (shown === '') return ''
  const styles = [...(style === undefined ? [] : [style]), ...(before ? ['end-anchor'] : [])]
  const attribute = styles.length === 0 ? '' : ` class="${styles.join(' ')}"`
  if (isPlain(shown)) return `<text x="${px(x)}" y="${px(y)}"${attribute}>${xmlText(shown)}</text>`
  // Its own picture: a script that is written from the right, or towers over its line, stays in it.
  const wide = Math.min(width, textWidth(shown, font))
  const box = `x="${px(before ? x - wide : x)}" y="${px(y - size)}" width="${px(wide)}" height="${px(size * 1.4)}"`
  return `<svg ${box} overflow="hidden"><text x="${before ? px(wide) : 0}" y="${px(size)}" direction="ltr" unicode-bidi="isolate"${attribute}>${xmlText(shown)}</text></svg>`
}
