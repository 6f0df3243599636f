/** Where a report may lead: a page that is opened by a click, never one that is fetched by itself. */
import type { Env, MarkdownIt, Token } from 'markdown-it'
import { page } from './page-parts.ts'

const SCHEME = /^[a-z][a-z0-9+.-]*:/i
const ALLOWED = /^(?:https?|mailto):/i

/** Relative places too; not `//host`, which would be another machine's file when read from a disk. */
const mayLead = (url: string): boolean => {
  const plain = url.trim()
  if (plain.startsWith('//')) return false
  return SCHEME.test(plain) ? ALLOWED.test(plain) : true
}

/** A browser that prints would make it a path of the machine that it prints on. */
const isLost = (url: string, env: Env | undefined): boolean =>
  page(env).onPaper === true && !SCHEME.test(url) && !url.startsWith('#')

export const tameLinks = (md: MarkdownIt): void => {
  md.validateLink = mayLead
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })
  const { escapeHtml } = md.utils
  md.renderer.rules['link_open'] = (...args) => {
    const [tokens, index, options, env, self] = args
    const token = tokens[index] as Token
    if (isLost(String(token.attrGet('href') ?? ''), env))
      token.attrs = (token.attrs ?? []).filter(([name]) => name !== 'href')
    if (/^https?:/i.test(String(token.attrGet('href') ?? '')))
      token.attrSet('rel', 'noopener noreferrer')
    // Its words are its address: not printed twice.
    if (token.info === 'auto') token.attrSet('class', 'bare')
    return self.renderToken(tokens, index, options)
  }
  // An image would be a request, or a picture of what nobody checked: its words are shown.
  md.renderer.rules['image'] = (...args) => {
    const [tokens, index, options, env, self] = args
    const { children, attrs } = tokens[index] as Token
    const alt = self.renderInlineAsText(children ?? [], options, env).trim()
    const source = String(new Map(attrs).get('src') ?? '')
    const words = `[image: ${alt === '' ? 'without a description' : alt}]`
    // Inside a link there can be no other one.
    const linked = tokens.slice(0, index).reduce(nesting, 0) > 0
    if (linked || source === '' || isLost(source, env))
      return `<span class="image">${escapeHtml(words)}</span>`
    return `<a class="image" href="${escapeHtml(source)}" rel="noopener noreferrer">${escapeHtml(words)}</a>`
  }
}

const nesting = (depth: number, { type }: Token): number =>
  type === 'link_open' ? depth + 1 : type === 'link_close' ? depth - 1 : depth
