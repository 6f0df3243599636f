/**
 * Citations: `[^e12]` becomes a link that says e12, the sources stand at the end under a heading.
 * Replaces the last step of markdown-it-footnote, which copies all tokens for each footnote and
 * drops those that nothing refers to.
 */
import type { Env, MarkdownIt, StateCore, Token } from 'markdown-it'
import { isPart } from './long-tables.ts'
import { footnoteLines, readFootnoteLines } from './footnote-lines.ts'

type Footnote = { label?: string; count?: number; content?: string; tokens?: Token[] }

/** A label may hold anything but blanks and `]`; a colon sets apart what follows. */
const anchorOf = (label: string): string => encodeURIComponent(label.toWellFormed())

/** `name`: what it is called on the page; inline footnotes have no label. */
type Meta = { name: string; subId: number; lines?: readonly string[] }

export const citeSources = (md: MarkdownIt): void => {
  readFootnoteLines(md)
  md.core.ruler.at('footnote_tail', collect)
  const { escapeHtml } = md.utils
  const open = ({ name }: Meta): string =>
    `<li id="fn-${anchorOf(name)}"><span class="mark">${escapeHtml(name)}</span> `
  const back = ({ name, subId }: Meta): string => {
    const [again, nth] = subId > 0 ? [`:${subId}`, ` (${subId + 1})`] : ['', '']
    return ` <a class="back" href="#fnref-${anchorOf(name)}${again}" aria-label="back to where ${escapeHtml(name)} is cited${nth}">↩</a>`
  }
  const { rules } = md.renderer
  rules['footnote_ref'] = (tokens, index) => {
    const { id, label, subId = 0 } = (tokens[index] as Token).meta as Reference
    const name = nameOf(id, label)
    const again = subId > 0 ? `:${subId}` : ''
    return `<sup class="cite"><a href="#fn-${anchorOf(name)}" id="fnref-${anchorOf(name)}${again}">[${escapeHtml(name)}]</a></sup>`
  }
  rules['footnote_block_open'] = () =>
    '<section class="sources" aria-labelledby="sources">\n<h2 id="sources">Sources</h2>\n<ul>\n'
  rules['footnote_block_close'] = () => '</ul>\n</section>\n'
  rules['footnote_open'] = (tokens, index) => open((tokens[index] as Token).meta as Meta)
  rules['footnote_close'] = () => '</li>\n'
  rules[SOURCE] = (...[tokens, index, , env = {}]) => {
    const { name, lines = [] } = (tokens[index] as Token).meta as Meta
    const says = lines.map((line) => md.renderInline(line, env)).join(' ')
    // Long tables are printed before, and cite as well.
    const counts = citedTimes(env, name)
    const backs = Array.from({ length: counts }, (_, subId) => back({ name, subId }))
    return `${open({ name, subId: 0 })}${says}${backs.join('')}</li>\n`
  }
  rules['footnote_lines'] = (...[tokens, index, , env = {}]) => {
    const { lines = [] } = (tokens[index] as Token).meta as Meta
    return lines.map((line) => `<p>${md.renderInline(line, env)}</p>`).join('\n')
  }
  rules['footnote_anchors'] = (...[tokens, index, , env = {}]) => {
    const { name } = (tokens[index] as Token).meta as Meta
    const counts = citedTimes(env, name)
    return Array.from({ length: counts }, (_, subId) => back({ name, subId })).join('')
  }
}

type Found = { refs?: Record<string, number>; list?: Footnote[] }

const foundIn = (env: Env): Found | undefined => env['footnotes'] as Found | undefined

const citedTimes = (env: Env, name: string): number => {
  const { refs = {}, list = [] } = foundIn(env) ?? {}
  return list[refs[`:${name}`] ?? -1]?.count ?? (name.startsWith(PASSING) ? 1 : 0)
}

const PASSING = 'note-'

const SOURCE = 'source'

type Reference = { id: number; label?: string; subId?: number }

const nameOf = (id: number, label: string | undefined): string => label ?? `${PASSING}${id + 1}`

const collect = (state: StateCore): void => {
  const found = foundIn(state.env)
  // A line that is printed by itself has no sources of its own.
  if (found === undefined || state.inlineMode || isPart(state.env)) return
  const { body, byLabel } = apart(state.tokens)
  const lines = footnoteLines(state.env)
  const list = found.list ?? []
  const byName = new Map(list.map((footnote) => [footnote.label, footnote]))
  const ids = new Map(list.map((footnote, id) => [footnote, id]))
  // As they are written, cited or not; what was said in passing comes last.
  const labels = Object.keys(found.refs ?? {}).map((key) => key.slice(1))
  const written = labels.map((label): Footnote => byName.get(label) ?? { label, count: 0 })
  const passing = list.filter(({ label }) => label === undefined)
  const all = [...written, ...passing]
  if (all.length === 0) {
    state.tokens = body
    return
  }
  const make = (type: string, nesting: -1 | 0 | 1, meta?: Meta): Token => {
    const token = new state.Token(type, '', nesting)
    token.meta = meta ?? null
    return token
  }
  const out: Token[] = body
  out.push(make('footnote_block_open', 1))
  for (const footnote of all) {
    const name = nameOf(ids.get(footnote) ?? 0, footnote.label)
    const meta = { name, subId: 0, lines: lines.get(footnote.label ?? '') ?? [] }
    const content = footnote.tokens === undefined ? byLabel.get(footnote.label ?? '') : undefined
    if (content === undefined && meta.lines.length > 0) {
      out.push(make(SOURCE, 0, meta))
      continue
    }
    out.push(make('footnote_open', 1, meta))
    for (const token of content ?? inlineNote(state, footnote)) out.push(token)
    const last = out.at(-1)?.type === 'paragraph_close' ? out.pop() : undefined
    out.push(make('footnote_anchors', 0, meta))
    if (last !== undefined) out.push(last)
    out.push(make('footnote_lines', 0, meta))
    out.push(make('footnote_close', -1))
  }
  out.push(make('footnote_block_close', -1))
  state.tokens = out
}

/** Definitions out of the text; one inside another belongs to itself. */
const apart = (tokens: readonly Token[]): { body: Token[]; byLabel: Map<string, Token[]> } => {
  const body: Token[] = []
  const byLabel = new Map<string, Token[]>()
  const open: Token[][] = []
  const of = (label: string): Token[] => {
    const content = byLabel.get(label) ?? []
    byLabel.set(label, content)
    return content
  }
  for (const token of tokens) {
    if (token.type === 'footnote_reference_open')
      open.push(of(String((token.meta as Env)['label'])))
    else if (token.type === 'footnote_reference_close') open.pop()
    else (open.at(-1) ?? body).push(token)
  }
  return { body, byLabel }
}

const inlineNote = (state: StateCore, { content = '', tokens = [] }: Footnote): Token[] => {
  const inline = new state.Token('inline', '', 0)
  inline.content = content
  inline.children = tokens
  const open = new state.Token('paragraph_open', 'p', 1)
  const close = new state.Token('paragraph_close', 'p', -1)
  return [open, inline, close]
}
