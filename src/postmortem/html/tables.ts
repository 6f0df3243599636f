/** Tables scroll in a region of their own, that a keyboard reaches; headings of columns say so. */
import type { MarkdownIt, Token } from 'markdown-it'
import { page } from './page-parts.ts'

export const frameTables = (md: MarkdownIt): void => {
  const { escapeHtml } = md.utils
  const { rules } = md.renderer
  rules['table_open'] = (...args) => {
    const [tokens, index, , env] = args
    const parts = page(env)
    parts.tables += 1
    const under = (tokens[index]?.meta as { under?: string } | null)?.under ?? ''
    const label = under === '' ? `Table ${parts.tables}` : `Table ${parts.tables}: ${under}`
    return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(label)}"><table>\n`
  }
  rules['table_close'] = () => '</table></div>\n'
  rules['th_open'] = (tokens, index) => {
    // An empty heading would be announced as one.
    const empty = tokens[index + 1]?.content.trim() === ''
    return empty ? `<td${align(tokens[index])}>` : `<th scope="col"${align(tokens[index])}>`
  }
  rules['th_close'] = (tokens, index) =>
    tokens[index - 1]?.content.trim() === '' ? '</td>' : '</th>\n'
  rules['td_open'] = (tokens, index) =>
    `<td${align(tokens[index], shapeOf(tokens[index + 1]?.content ?? ''))}>`
}

const WHEN = /^(?:about )?\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?$/
const LONGEST = 'about 2026-11-21 10:02:11'.length
const SHORT = 12

/** Numbers with their units and single words stay in one line, a day in one and its time in the next. */
export const shapeOf = (content: string): string => {
  if (content.length <= SHORT) return content.includes(' ') ? 'whole' : ''
  return content.length <= LONGEST && WHEN.test(content) ? 'when' : ''
}

/** markdown-it says it by a style attribute, which the page's own policy refuses. */
const align = (token: Token | undefined, shape = ''): string => {
  const style = token?.attrGet('style') ?? ''
  if (style === '' && shape === '') return ''
  const side = /text-align:\s*(right|center)/.exec(String(style))?.[1] ?? ''
  const classes = `${side} ${shape}`.trim()
  return classes === '' ? '' : ` class="${classes}"`
}
