/** Markdown to HTML as a report needs it. The parser is loaded when the first page is made. */
import type { MarkdownIt } from 'markdown-it'
import { breakLongWords } from './breakable.ts'
import { hideComments } from './comments.ts'
import { citeSources } from './footnotes.ts'
import { anchorHeadings } from './headings.ts'
import { tameLinks } from './links.ts'
import { frameTables } from './tables.ts'
import { partLongTables } from './long-tables.ts'
import { showTasks } from './tasks.ts'

let engine: Promise<MarkdownIt> | undefined

export const markdownEngine = (): Promise<MarkdownIt> => (engine ??= createEngine())

const createEngine = async (): Promise<MarkdownIt> => {
  const [{ default: createMarkdownIt }, { default: footnote }] = await Promise.all([
    import('markdown-it'),
    import('markdown-it-footnote'),
  ])
  const md = createMarkdownIt({ html: false, linkify: true, typographer: false })
  md.use(footnote)
  for (const add of [
    citeSources,
    hideComments,
    showTasks,
    tameLinks,
    frameTables,
    partLongTables,
    anchorHeadings,
    breakLongWords,
  ])
    add(md)
  return md
}
