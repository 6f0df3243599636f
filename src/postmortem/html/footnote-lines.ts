/**
 * Definitions of one line, of which a report has thousands: kept as they are written, and parsed when
 * they are printed. All others are left to markdown-it-footnote.
 */
import type { Env, MarkdownIt, StateBlock } from 'markdown-it'

const KEY = Symbol('footnote lines')

/** By label; a mark that is defined twice has two. */
export const footnoteLines = (env: Env): Map<string, string[]> =>
  (env[KEY] ??= new Map<string, string[]>()) as Map<string, string[]>

export const readFootnoteLines = (md: MarkdownIt): void => {
  const alt = ['paragraph', 'reference']
  md.block.ruler.before('footnote_def', 'footnote_line', readLine, { alt })
}

/** What begins like this is a paragraph, and no list, heading, quote or fence. */
const PARAGRAPH = /^\[\^([^\]\s]+)\]:[ \t]+((?:`(?!``)|["'(\p{L}]).*)$/u

type BlockRule = [state: StateBlock, startLine: number, endLine: number, silent: boolean]

const readLine = (...[state, line, endLine, silent]: BlockRule): boolean => {
  const start = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0)
  if (!state.src.startsWith('[^', start) || !endsHere(state, line + 1, endLine)) return false
  const [, label, content] = PARAGRAPH.exec(state.src.slice(start, state.eMarks[line])) ?? []
  if (label === undefined || content === undefined) return false
  // Another footnote in it has to be known before anything is printed.
  if (content.includes('[^') || content.includes('^[')) return false
  if (silent) return true
  const footnotes = (state.env['footnotes'] ??= {}) as { refs?: Record<string, number> }
  const refs = (footnotes.refs ??= {})
  refs[`:${label}`] ??= -1
  const lines = footnoteLines(state.env)
  const known = lines.get(label)
  if (known === undefined) lines.set(label, [content.trimEnd()])
  else known.push(content.trimEnd())
  state.line = line + 1
  return true
}

/** The next line begins another definition, or nothing of this one follows. */
const endsHere = (state: StateBlock, next: number, endLine: number): boolean => {
  if (next >= endLine) return true
  const at = (state.bMarks[next] ?? 0) + (state.tShift[next] ?? 0)
  if (!state.isEmpty(next)) return state.src.startsWith('[^', at)
  let after = next
  while (after < endLine && state.isEmpty(after)) after += 1
  return after >= endLine || (state.sCount[after] ?? 0) < state.blkIndent + 4
}
