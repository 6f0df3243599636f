/** The page around a report: what a browser may do, the way past the contents, the contents. */
import { digestOf } from './style-digest.ts'
import { TIMELINE_STYLE } from '../timeline-svg/style.ts'
import { PAGE_STYLE } from './page-style.ts'
import type { Heading } from './page-parts.ts'

export type Page = {
  title: string
  lang: string
  contents: readonly Heading[]
  body: string
  escape: (text: string) => string
}

/** Nothing is fetched and nothing runs; only these two styles are applied. */
const POLICY = [
  `default-src 'none'`,
  `style-src ${digestOf(PAGE_STYLE)} ${digestOf(TIMELINE_STYLE)}`,
  'img-src data:',
  `base-uri 'none'`,
  `form-action 'none'`,
].join('; ')

export const pageOf = ({ title, lang, contents, body, escape }: Page): string => `<!doctype html>
<html lang="${escape(lang)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the report</a>
${contentsOf(contents, escape)}<main id="content" tabindex="-1">
${body}</main>
</body>
</html>
`

const contentsOf = (contents: readonly Heading[], escape: Page['escape']): string => {
  const shown = contents.filter(({ level }) => level === 2 || level === 3)
  if (shown.length < 2) return ''
  const items = shown.map(
    ({ level, id, text }) =>
      `<li class="level-${level}"><a href="#${escape(encodeURIComponent(id))}">${escape(text)}</a></li>`,
  )
  return `<nav aria-labelledby="contents">
<h2 id="contents">Contents</h2>
<ul>
${items.join('\n')}
</ul>
</nav>
`
}
