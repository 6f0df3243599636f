/**
 * The view offers a footnote for each event that it cites anywhere; a template prints a part of the
 * view. What is not cited on the page has no footnote on it. Searched by hand: a long timeline has
 * tens of thousands of marks.
 */
import { markdownLines, type MarkdownLines } from './markdown-lines.ts'

export const withoutUnusedFootnotes = (
  { lines, isText }: MarkdownLines,
  /** Marks that are cited elsewhere: in what people added to the text. */
  alsoCited: ReadonlySet<string> = new Set(),
): MarkdownLines => {
  const cited = new Set(alsoCited)
  const notes: { at: number; note: string }[] = []
  lines.forEach((line, at) => {
    if (isText[at] !== true) return
    const note = noteOf(line)
    if (note === undefined) noteMarks(line, cited)
    else notes.push({ at, note })
  })
  const unused = new Set(notes.filter(({ note }) => !cited.has(note)).map(({ at }) => at))
  if (unused.size === 0) return { lines, isText }
  const isKept = (_: unknown, index: number): boolean => !unused.has(index)
  return { lines: lines.filter(isKept), isText: isText.filter(isKept) }
}

/** Marks that a report cites in its text: not in its head, in code, or in a footnote. */
export const marksCitedBy = (markdown: string): Set<string> => {
  const cited = new Set<string>()
  if (!markdown.includes('[^e')) return cited
  const { lines, isText } = markdownLines(markdown)
  lines.forEach((line, at) => {
    if (isText[at] === true && noteOf(line) === undefined) noteMarks(line, cited)
  })
  return cited
}

/** `e12` of the line `[^e12]: …`. */
const noteOf = (line: string): string | undefined => {
  if (!line.startsWith('[^e')) return undefined
  const end = line.indexOf(']')
  return line.startsWith(': ', end + 1) ? line.slice(2, end) : undefined
}

const noteMarks = (line: string, cited: Set<string>): void => {
  for (let at = line.indexOf('[^e'); at !== -1; at = line.indexOf('[^e', at + 3)) {
    const before = line[at - 1]
    const end = line.indexOf(']', at)
    if (end === -1) return
    // What is escaped or shown as code is no citation.
    if (before !== '\\' && before !== '`') cited.add(line.slice(at + 2, end))
  }
}
