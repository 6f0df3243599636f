/**
 * Tables of thousands of rows, as the timeline of a long incident is: kept as they are written, and
 * parsed a part at a time when they are printed: parsed at once, ten thousand rows take more memory
 * than all the rest of the tool. The smaller a part, the less of it outlives a collection of garbage.
 */
import type { Env, MarkdownIt, StateBlock, Token } from 'markdown-it'

const LONG = 1_000
const PART = 10
const LONG_TABLE = 'long_table'
const NESTED = Symbol('part of a table')

/** A part has no sources of its own: they are the page's. */
export const isPart = (env: Env): boolean => env[NESTED] === true

type LongTable = { head: string; rows: readonly string[]; under?: string }

export const partLongTables = (md: MarkdownIt): void => {
  md.block.ruler.before('table', LONG_TABLE, readLongTable)
}

export const isLongTable = ({ type }: Token): boolean => type === LONG_TABLE

export function* longTableParts(md: MarkdownIt, { meta }: Token, env: Env): Generator<string> {
  const { head, rows, under } = meta as LongTable
  for (let from = 0; from < rows.length; from += PART) {
    const source = `${head}\n${rows.slice(from, from + PART).join('\n')}\n`
    const part = md.parse(source, Object.assign(env, { [NESTED]: true }))
    const [open] = part
    if (open !== undefined) open.meta = { under }
    const body = part.findIndex(({ type }) => type === 'tbody_open')
    const isLast = from + PART >= rows.length
    const shown = part.slice(from === 0 ? 0 : body + 1, isLast ? part.length : -2)
    yield md.renderer.render(shown, md.options, env)
  }
  env[NESTED] = false
}

const RULE = /^\|[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|[ \t]*$/

type BlockRule = [state: StateBlock, startLine: number, endLine: number, silent: boolean]

/** Only the plain form that templates make: everything else is any table. */
const readLongTable = (...[state, startLine, endLine, silent]: BlockRule): boolean => {
  if (silent || state.level > 0 || startLine + LONG > endLine || isPart(state.env)) return false
  const lineAt = (line: number): string => state.src.slice(state.bMarks[line], state.eMarks[line])
  if (!lineAt(startLine).startsWith('|') || !RULE.test(lineAt(startLine + 1))) return false
  let end = startLine + 2
  while (end < endLine && state.src.startsWith('|', state.bMarks[end])) end += 1
  if (end - startLine < LONG || (end < endLine && !state.isEmpty(end))) return false
  const lines = Array.from({ length: end - startLine }, (_, n) => lineAt(startLine + n))
  // What is said in passing has to be known before anything is printed.
  if (lines.some((line) => line.includes('^['))) return false
  if (columns(lines[0] ?? '') !== columns(lines[1] ?? '')) return false
  const token = state.push(LONG_TABLE, '', 0)
  token.meta = { head: lines.slice(0, 2).join('\n'), rows: lines.slice(2) }
  token.map = [startLine, end]
  state.line = end
  return true
}

/** A head that does not fit its rule makes no table. */
const columns = (line: string): number => line.replace(/\\\|/g, '').split('|').length
