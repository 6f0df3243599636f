/** The one door to markdown-it's parser: block tokens only, inline text is left as written. */
import MarkdownIt, { type Token } from 'markdown-it'

export type { Token }

const parser = new MarkdownIt({ html: true })
// Only lines are wanted here: the inline pass would cost most of the time and is not needed.
parser.core.ruler.disable(['inline', 'linkify', 'replacements', 'smartquotes', 'text_join'])

export const blockTokens = (text: string): readonly Token[] => parser.parse(text, {})

/** The inline content of a heading_open at `at`. */
export const textOfHeading = (tokens: readonly Token[], at: number): string =>
  tokens[at + 1]?.content.replace(/\s+/g, ' ').trim() ?? ''

/** `&nbsp;` as the character that it stands for; what is no entity stays. */
export const decodeEntity = (entity: string): string => parser.utils.unescapeAll(entity)
