/**
 * The view offers a footnote for each event that it cites anywhere; a template prints a part of the
 * view. What is not cited on the page has no footnote on it. Searched by hand: a long timeline has
 * tens of thousands of marks.
 */
import { textOutside } from './text-outside.ts'

type Found = { mark: string; at: number; isNote: boolean }

export const withoutUnusedFootnotes = (markdown: string): string => {
  const pieces = textOutside(markdown).map((piece) => ({
    ...piece,
    found: piece.isText ? marksIn(piece.text) : [],
  }))
  const cited = new Set<string>()
  for (const { found } of pieces) for (const { mark, isNote } of found) if (!isNote) cited.add(mark)
  return pieces
    .map(({ text, found }) =>
      without(
        text,
        found.filter((one) => one.isNote && !cited.has(one.mark)),
      ),
    )
    .join('')
}

const marksIn = (text: string): Found[] => {
  const found: Found[] = []
  for (let at = text.indexOf('[^e'); at !== -1; at = text.indexOf('[^e', at + 3)) {
    const before = text[at - 1]
    const end = text.indexOf(']', at)
    if (end === -1) break
    // What is escaped or shown as code is no citation.
    if (before === '\\' || before === '`') continue
    const isNote = (at === 0 || before === '\n') && text.startsWith(': ', end + 1)
    found.push({ mark: text.slice(at + 2, end), at, isNote })
  }
  return found
}

/** Cuts out the lines of these footnotes. */
const without = (text: string, notes: readonly Found[]): string => {
  if (notes.length === 0) return text
  let kept = ''
  let from = 0
  for (const { at } of notes) {
    const end = text.indexOf('\n', at)
    kept += text.slice(from, at)
    from = end === -1 ? text.length : end + 1
  }
  return kept + text.slice(from)
}
