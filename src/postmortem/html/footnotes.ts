/**
 * Citations: `[^e12]` becomes a link that says e12, the sources stand at the end under a heading.
 * Replaces the last step of markdown-it-footnote, which copies all tokens for each footnote and
 * drops those that nothing refers to.
 */
import type { Env, MarkdownIt, StateCore, Token } from 'markdown-it'
import { labelOfLine, readFootnoteLines, SOURCE } from './footnote-lines.ts'

type Footnote = { label?: string; count?: number; content?: string; tokens?: Token[] }

/** A label may hold anything but blanks and `]`; a colon sets apart what follows. */
const anchorOf = (label: string): string => encodeURIComponent(label.toWellFormed())

/** `name`: what it is called on the page; inline footnotes have no label. */
type Meta = { name: string; subId: number; counts: number }

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
  rules['footnote_anchor'] = (tokens, index) => back((tokens[index] as Token).meta as Meta)
  rules[SOURCE] = (...args) => {
    const [tokens, index, options, env, self] = args
    const { children, meta } = tokens[index] as Token
    const { name, counts } = meta as Meta
    const says = self.renderInline(children ?? [], options, env)
    const backs = Array.from({ length: counts }, (_, subId) => back({ name, subId, counts }))
    return `${open({ name, subId: 0, counts })}${says}${backs.join('')}</li>\n`
  }
}

type Reference = { id: number; label?: string; subId?: number }

const nameOf = (id: number, label: string | undefined): string => label ?? `note-${id + 1}`

const collect = (state: StateCore): void => {
  const found = state.env['footnotes'] as
    { refs?: Record<string, number>; list?: Footnote[] } | undefined
  if (found === undefined) return
  const { body, byLabel } = apart(state.tokens)
  const list = found.list ?? []
  const byName = new Map(list.map((footnote) => [footnote.label, footnote]))
  const ids = new Map(list.map((footnote, id) => [footnote, id]))
  // As they are written, cited or not; what was said in passing comes last.
  const written = [...byLabel.keys()].map((label) => byName.get(label) ?? { label, count: 0 })
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
    const meta = { name, subId: 0, counts: footnote.count ?? 1 }
    const content = footnote.tokens === undefined ? byLabel.get(footnote.label ?? '') : undefined
    const [line, ...more] = content ?? []
    if (line?.type === 'inline' && more.length === 0) {
      line.type = SOURCE
      line.meta = meta
      out.push(line)
      continue
    }
    out.push(make('footnote_open', 1, meta))
    for (const token of content ?? inlineNote(state, footnote)) out.push(token)
    const last = out.at(-1)?.type === 'paragraph_close' ? out.pop() : undefined
    for (let subId = 0; subId < meta.counts; subId++)
      out.push(make('footnote_anchor', 0, { ...meta, subId }))
    if (last !== undefined) out.push(last)
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
    const line = labelOfLine(token)
    if (line !== undefined) of(line).push(token)
    else if (token.type === 'footnote_reference_open')
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
