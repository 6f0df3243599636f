/**
 * Raw HTML is off, so that it is shown as text. Comments are not: they are marks for tools
 * (`<!-- to-write: impact -->`, waivers) and vanish. A comment that never ends stays text.
 */
import type { Env, MarkdownIt, StateBlock, StateCore, StateInline } from 'markdown-it'

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
  const start = at(startLine)
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false
  if (!state.src.startsWith(OPEN, start)) return false
  const close = closeAfter(state, start)
  if (close === undefined) return false
  for (let line = startLine; line < endLine; line++) {
    // A quote or list item ends where its lines do.
    if (line > startLine && (state.sCount[line] ?? 0) < state.blkIndent && !state.isEmpty(line))
      break
    const end = state.eMarks[line] ?? 0
    if (close >= end) continue
    // What follows on the same line is text: the inline rule sees to that.
    if (state.src.slice(close + CLOSE.length, end).trim() !== '') break
    if (!silent) state.line = line + 1
    return true
  }
  closesOf(state).useless = close
  return false
}

const commentInline = (state: StateInline): boolean => {
  if (!state.src.startsWith(OPEN, state.pos)) return false
  const close = closeAfter(state, state.pos)
  if (close === undefined || close + CLOSE.length > state.posMax) return false
  state.pos = close + CLOSE.length
  return true
}

/** Looked for once: ten thousand comments that never end must not search the text to its end each. */
type Closes = { src: string; last: number; useless: number }

const KEY = Symbol('closes')

const closesOf = ({ env, src }: { env: Env; src: string }): Closes => {
  const known = env[KEY] as Closes | undefined
  if (known?.src === src) return known
  const made = { src, last: src.lastIndexOf(CLOSE), useless: -1 }
  env[KEY] = made
  return made
}

const closeAfter = (state: { env: Env; src: string }, start: number): number | undefined => {
  const { last, useless } = closesOf(state)
  if (last < start + OPEN.length) return undefined
  const close = state.src.indexOf(CLOSE, start + OPEN.length)
  return close === useless ? undefined : close
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
