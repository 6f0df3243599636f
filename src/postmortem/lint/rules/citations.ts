/** Rules about `[^e12]`: each such mark stands for the event with clock 12 of the log. */
import { blankCode } from '../blank.ts'
import type { Found } from '../finding.ts'
import type { LintDocument } from '../lint-document.ts'
import type { LintRule } from '../rule.ts'

export type Mark = { id: string; line: number; column: number }
export type Footnote = Mark & { text: string }

const MARK = /\[\^(e\d{1,15}[a-z]?\d{0,6})\]/g

/** Marks in the text, and the footnotes that explain them. */
export const citationsIn = (document: LintDocument): { marks: Mark[]; footnotes: Footnote[] } => {
  const marks: Mark[] = []
  const footnotes: Footnote[] = []
  document.lines.forEach((raw, index) => {
    // What the head cites counts where it is printed.
    if (
      !raw.includes('[^e') ||
      index + 1 < document.body.firstLine ||
      document.codeLines.has(index + 1)
    )
      return
    for (const match of blankCode(raw).matchAll(MARK)) {
      const [whole, id = ''] = match
      const mark = { id, line: index + 1, column: match.index + 1 }
      const isFootnote = match.index === 0 && raw.startsWith(':', whole.length)
      if (isFootnote) footnotes.push({ ...mark, text: raw.slice(whole.length + 1).trim() })
      else marks.push(mark)
    }
  })
  return { marks, footnotes }
}

export const citationUndefined: LintRule = {
  id: 'citation-undefined',
  ofHotwash: true,
  severity: 'error',
  reason: 'A mark without its footnote proves nothing: nobody can look up what it stands for.',
  suggestion: 'cite an event that has a footnote, or render again to have the footnotes made',
  good: 'The key was put back.[^e4]\n\n[^e4]: step `put_back`, `step.finished` (event 4), 2026-11-21 10:04:00.000 UTC, Maria Example on laptop.',
  bad: 'The key was put back.[^e7777]',
  check: (document) => {
    const { marks, footnotes } = citationsIn(document)
    const known = new Set(footnotes.map(({ id }) => id))
    return marks
      .filter(({ id }) => !known.has(id))
      .map(({ id, line, column }): Found => ({
        line,
        column,
        message: `[^${id}] has no footnote`,
      }))
  },
}
