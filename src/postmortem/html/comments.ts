/**
 * Raw HTML is off, so that it is shown as text. Comments are not: they are marks for tools
 * (`<!-- to-write: impact -->`, waivers) and vanish. A comment that never ends stays text.
 */
import type { MarkdownIt, StateBlock, StateCore, StateInline } from 'markdown-it'

const OPEN = '<!--'
const CLOSE = '-->'

export const hideComments = (md: MarkdownIt): void => {
  // Where a comment begins a line it may hold empty lines, and ends the paragraph before.
  const alt = ['paragraph', 'reference', 'blockquote', 'list']
  md.block.ruler.before('heading', 'comment', commentBlock, { alt })
  md.inline.ruler.before('emphasis', 'comment', commentInline)
  md.core.ruler.after('inline', 'empty_paragraphs', dropEmptyParagraphs)
}

type BlockRule = [state: StateBlock, startLine: number, endLine: number, silent: boolean]

const commentBlock = (...[state, startLine, endLine, silent]: BlockRule): boolean => {
  const at = (line: number): number => (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0)
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false
  if (!state.src.startsWith(OPEN, at(startLine))) return false
  for (let line = startLine; line < endLine; line++) {
    // A quote or list item ends where its lines do.
    if (line > startLine && (state.sCount[line] ?? 0) < state.blkIndent && !state.isEmpty(line))
      return false
    const text = state.src.slice(at(line), state.eMarks[line])
    const close = text.indexOf(CLOSE, line === startLine ? OPEN.length : 0)
    if (close === -1) continue
    // What follows on the same line is text: the inline rule sees to that.
    if (text.slice(close + CLOSE.length).trim() !== '') return false
    if (!silent) state.line = line + 1
    return true
  }
  return false
}

const commentInline = (state: StateInline): boolean => {
  if (!state.src.startsWith(OPEN, state.pos)) return false
  const close = state.src.indexOf(CLOSE, state.pos + OPEN.length)
  if (close === -1 || close + CLOSE.length > state.posMax) return false
  state.pos = close + CLOSE.length
  return true
}

const dropEmptyParagraphs = (state: StateCore): void => {
  const { tokens } = state
  if (!tokens.some(({ type, content }) => type === 'inline' && content.includes(OPEN))) return
  const drop = new Set<number>()
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'inline' || tokens[index - 1]?.type !== 'paragraph_open') continue
    const shown = token.children?.some(({ type, content }) => type !== 'text' || content.trim())
    if (shown !== true) for (const near of [index - 1, index, index + 1]) drop.add(near)
  }
  state.tokens = tokens.filter((_, index) => !drop.has(index))
}
