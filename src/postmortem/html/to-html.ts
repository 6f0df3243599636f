/**
 * A report as one HTML file that needs nothing else: no script, no request, no font. The head of
 * the report is left out: its body says the same, and tools read the Markdown. Pure.
 */
import { visibleLine } from '../../incident/visible.ts'
import type { Picture } from '../timeline-svg/picture.ts'
import { splitHead } from '../front-matter/parse-front-matter.ts'
import { markdownEngine } from './markdown-engine.ts'
import { page } from './page-parts.ts'
import { pageOf } from './page.ts'
import { pictureSection } from './picture-section.ts'
import { printed } from './print.ts'

export type HtmlSource = {
  markdown: string
  title: string
  /** The timeline as a picture, with the same as rows; before the first section. */
  picture?: Picture | undefined
  /** For a PDF, which lies anywhere: without links to files beside the report. */
  onPaper?: boolean | undefined
  /** BCP 47. */
  lang?: string | undefined
}

export const toHtml = async ({
  markdown,
  title: given,
  picture,
  onPaper = false,
  lang = 'en',
}: HtmlSource): Promise<string> => {
  const title = visibleLine(given)
  const md = await markdownEngine()
  const source = markdown.replace(/^\uFEFF/, '')
  const env = {}
  page(env).onPaper = onPaper
  const tokens = md.parse(splitHead(source)?.body ?? source, env)
  const { contents } = page(env)
  const escape = md.utils.escapeHtml
  // In the text that was tokenized a footnote or a heading may be cited from anywhere: cut, not parsed twice.
  const firstSection = tokens.findIndex(({ type, tag }) => type === 'heading_open' && tag !== 'h1')
  const cut = firstSection === -1 ? tokens.length : firstSection
  const hasTitle = contents.some(({ level }) => level === 1)
  const parts = [
    Buffer.from(hasTitle ? '' : `<h1>${escape(title)}</h1>\n`),
    printed(md, tokens.slice(0, cut), env),
    Buffer.from(picture === undefined ? '' : pictureSection(picture, escape)),
    printed(md, tokens.slice(cut), env),
  ]
  const entries =
    picture === undefined
      ? contents
      : [{ level: 2, id: 'picture', text: 'In one picture' }, ...contents]
  return pageOf({ title, lang, contents: entries, body: Buffer.concat(parts).toString(), escape })
}
