/** Text into SVG: what would be markup is text, what XML does not allow is replaced. */

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const xmlText = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex -- what XML 1.0 does not allow in a document
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Cs}/gu, '\uFFFD')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)

/** Two decimals are finer than any screen, and equal on every machine. */
export const px = (n: number): string => String(Math.round(n * 100) / 100)
