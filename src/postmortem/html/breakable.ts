/**
 * Where a line may end inside of what has no blanks. Without it a path or a digest makes its column as
 * wide as itself, and a table is cut off on paper; broken anywhere, names are torn apart.
 */
import type { MarkdownIt } from 'markdown-it'

/** ASCII alone: other scripts may be broken anyway, or consist of signs that belong together. */
const RUN = /[!-~]{16,}/g
const LONG = /[!-~]{16}/
/** What has no joint either is cut where no word ends. */
const PIECE = /[!-~]{1,31}?[/_.,=&?:;-]+|[!-~]{1,32}/g
const NAME = /[/_]+(?=[A-Za-z])/g
/** Means the same, and is no markup yet. */
const ZERO_WIDTH_SPACE = '\u200B'

export const breakLongWords = (md: MarkdownIt): void => {
  const { escapeHtml } = md.utils
  md.renderer.rules['text'] = (tokens, index) => breakable(tokens[index]?.content ?? '', escapeHtml)
  md.renderer.rules['code_inline'] = (tokens, index) => {
    const name = (tokens[index]?.content ?? '').replace(NAME, `$&${ZERO_WIDTH_SPACE}`)
    return `<code>${breakable(name, escapeHtml)}</code>`
  }
}

export const breakable = (text: string, escape: (text: string) => string): string => {
  const joints = LONG.test(text)
    ? text.replace(RUN, (run) => run.match(PIECE)?.join(ZERO_WIDTH_SPACE) ?? run)
    : text
  const html = escape(joints)
  return html.includes(ZERO_WIDTH_SPACE) ? html.replaceAll(ZERO_WIDTH_SPACE, '<wbr>') : html
}
