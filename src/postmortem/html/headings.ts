/** Every heading can be linked to; the second and third level make the table of contents. */
import type { MarkdownIt, StateCore, Token } from 'markdown-it'
import { isPart } from './long-tables.ts'
import { page } from './page-parts.ts'

/** Ids that the page itself has. */
const TAKEN = ['content', 'contents', 'sources', 'picture', 'picture-table']

export const anchorHeadings = (md: MarkdownIt): void => {
  md.core.ruler.push('headings', (state) => findHeadings(state, md))
}

const findHeadings = (state: StateCore, md: MarkdownIt): void => {
  if (isPart(state.env)) return
  const { contents } = page(state.env)
  const seen = new Map<string, number>(TAKEN.map((id) => [id, 1]))
  let under = ''
  let index = -1
  for (const token of state.tokens) {
    index += 1
    if (token.type === 'table_open' || token.type === 'long_table')
      token.meta = { ...token.meta, under }
    if (token.type === 'footnote_block_open')
      contents.push({ level: 2, id: 'sources', text: 'Sources' })
    if (token.type !== 'heading_open') continue
    const children = withoutCitations(state.tokens[index + 1]?.children ?? [])
    const text = md.renderer.renderInlineAsText(children, md.options, state.env).trim()
    const id = freeId(slugOf(text), seen)
    token.attrSet('id', id)
    under = text
    contents.push({ level: Number(token.tag.slice(1)), id, text })
  }
}

const withoutCitations = (tokens: readonly Token[]): Token[] =>
  tokens.filter(({ type }) => type !== 'footnote_ref')

/** As GitHub makes them, so that links inside a report lead to the same place here. */
const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-')

const freeId = (slug: string, seen: Map<string, number>): string => {
  // Ids of sources and of the picture begin like this.
  const wanted = slug === '' || /^(?:fn(?:ref)?|hw)-/.test(slug) ? `section-${slug}` : slug
  const times = seen.get(wanted) ?? 0
  seen.set(wanted, times + 1)
  if (times === 0) return wanted
  return freeId(`${wanted}-${times}`, seen)
}
