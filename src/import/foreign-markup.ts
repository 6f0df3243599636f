/**
 * Jira's wiki markup and Org mode as Markdown, line by line, so that lines keep their numbers. Only
 * what shapes a document: headings, blocks of code, lists, tables. The source is kept as evidence.
 */

export const asMarkdown = (text: string): string => {
  if (/^h[1-6]\. \S/m.test(text)) return eachLine(text, JIRA)
  if (/^#\+(?:title|begin_\w+|date|author)\b/im.test(text)) return eachLine(text, ORG)
  return text
}

type Rule = readonly [form: RegExp, to: (...groups: string[]) => string]

const JIRA: readonly Rule[] = [
  [/^h([1-6])\. +(.*)$/, (level = '', title = '') => `${'#'.repeat(Number(level))} ${title}`],
  [/^\s*\{(?:noformat|code)(?::[^}]{0,100})?\}\s*$/, () => '```'],
  [/^([#*-]{1,6}) +(?=\S)(.*)$/, (marks = '', says = '') => `${indent(marks)} ${says}`],
  [/^\s*\|\|(.*?)\|\|\s*$/, (cells = '') => `| ${cells.replaceAll('||', ' | ')} |`],
]

/** Each level stands below the text of the one above. */
const indent = (marks: string): string =>
  Array.from(marks, (mark, at) => (at < marks.length - 1 ? '   ' : mark === '#' ? '1.' : '-')).join(
    '',
  )

const ORG: readonly Rule[] = [
  [/^#\+title: *(.*)$/i, (title = '') => `# ${title}`],
  [/^#\+(date|author): *(.*)$/i, (name = '', value = '') => `${name}: ${value}`],
  [/^\s*#\+begin_(?:src|example) *(.*)$/i, (info = '') => `\`\`\`${info}`],
  [/^\s*#\+end_(?:src|example)\s*$/i, () => '```'],
  [
    /^(\*{1,5}) +(?=\S)(.*)$/,
    (stars = '', title = '') => `#${stars.replaceAll('*', '#')} ${title}`,
  ],
]

const eachLine = (text: string, rules: readonly Rule[]): string => {
  const out: string[] = []
  let inCode = false
  for (const line of text.split('\n')) {
    const rule = rules.find(([form]) => form.test(line))
    const fenced =
      rule === undefined
        ? line
        : line.replace(rule[0], (_, ...groups: string[]) => rule[1](...groups))
    const isFence = fenced.startsWith('```')
    out.push(inCode && !isFence ? line : fenced)
    if (isFence) inCode = !inCode
    else if (!inCode && rules === JIRA && /^\s*\|\|/.test(line)) withRuler(out)
  }
  return out.join('\n')
}

/** The head of a table takes the empty line before it, so that the ruler has one. */
const withRuler = (out: string[]): void => {
  const head = out.at(-1) ?? ''
  if (out.length < 2 || out.at(-2)?.trim() !== '') return
  const columns = head.split(' | ').length
  out.splice(-2, 2, head, `|${' --- |'.repeat(columns)}`)
}
