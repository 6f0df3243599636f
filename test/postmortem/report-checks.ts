/** What every rendered report must hold to; each check gives the problems that it finds. */
import MarkdownIt, { type Token } from 'markdown-it'
import { splitHead } from '../../src/postmortem/front-matter/parse-front-matter.ts'

export const bodyOf = (report: string): string => splitHead(report)?.body ?? report

/** With a word in place of each block of output, which is as it was. */
export const proseOf = (report: string): string =>
  bodyOf(report).replace(/^(`{3,})text\n[\s\S]*?^\1$/gm, 'OUTPUT')

export const holes = (report: string): string[] =>
  [
    ...proseOf(report).matchAll(
      /.*(?:\bundefined\b|\[object|\bNaN\b|\{\{(?!title\}\})|\(\)|: \.(?= |$)|, ,| {2}\[\^).*/g,
    ),
  ]
    .map(([line]) => line)
    .filter((line) => !line.startsWith('|') || !/ {2}\[\^/.test(line))

export const untidy = (report: string): string[] =>
  [...proseOf(report).matchAll(/\n\n\n|[^\n]*[ \t]\n/g)].map(([found]) => JSON.stringify(found))

let parsed: { report: string; tokens: Token[] } | undefined
/** Several checks look at the same report. */
const tokensOf = (report: string): Token[] => {
  if (parsed?.report !== report)
    parsed = { report, tokens: new MarkdownIt().parse(bodyOf(report), {}) }
  return parsed.tokens
}

type Table = { header: string[]; rows: string[][]; line: number }

const tablesOf = (report: string): Table[] => {
  const tokens = tokensOf(report)
  const tables: Table[] = []
  let row: string[] = []
  let inHead = false
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'table_open')
      tables.push({ header: [], rows: [], line: token.map?.[0] ?? 0 })
    if (token.type === 'thead_open') inHead = true
    if (token.type === 'thead_close') inHead = false
    if (token.type === 'tr_open') row = []
    if (token.type === 'th_open' || token.type === 'td_open')
      row.push(tokens[index + 1]?.content ?? '')
    if (token.type !== 'tr_close') continue
    const table = tables.at(-1)
    if (inHead && table !== undefined) table.header = row
    else table?.rows.push(row)
  }
  return tables
}

/** Tables without rows, rows that are shorter or longer than their header. */
export const brokenTables = (report: string): string[] => [
  ...tablesOf(report).flatMap(({ header, rows, line }) =>
    rows.length === 0 ? [`table without rows at line ${line}: ${header.join(' | ')}`] : [],
  ),
  ...proseOf(report)
    .split('\n\n')
    .filter((block) => /^\| /m.test(block))
    .flatMap((block) => {
      const widths = block
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map((line) => line.match(/(?<!\\)\|/g)?.length)
      return new Set(widths).size > 1 ? [`uneven table: ${block.slice(0, 200)}`] : []
    }),
]

/** Rows of tables that name a source, without one. */
export const uncitedRows = (report: string): string[] =>
  tablesOf(report)
    .filter(({ header }) => header.at(-1) === 'Source')
    .flatMap(({ rows }) =>
      rows.filter((row) => !/^(?:\[\^e\d+[a-z]?\d*\])+$/.test(row.at(-1) ?? '')),
    )
    .map((row) => row.join(' | '))

export const footnoteProblems = (report: string): string[] => {
  const prose = proseOf(report)
  const notes = [...prose.matchAll(/^\[\^(e\d+[a-z]?\d*)\]: /gm)].map(([, mark]) => mark)
  const used = new Set(
    [...prose.matchAll(/(?<![`\\])\[\^(e\d+[a-z]?\d*)\](?!: )/g)].map(([, mark]) => mark),
  )
  return [
    ...[...used].filter((mark) => !notes.includes(mark)).map((mark) => `no footnote for ${mark}`),
    ...notes.filter((mark) => !used.has(mark)).map((mark) => `nobody cites ${mark}`),
    ...(new Set(notes).size === notes.length ? [] : ['a footnote is there twice']),
  ]
}

type Heading = { level: number; title: string }

export const headingsOf = (report: string): Heading[] => {
  const tokens = tokensOf(report)
  return tokens.flatMap((token, index) =>
    token.type === 'heading_open'
      ? [{ level: Number(token.tag.slice(1)), title: tokens[index + 1]?.content ?? '' }]
      : [],
  )
}

/** Headings with nothing below them, and jumps over a level. */
export const emptySections = (report: string): string[] => {
  const tokens = tokensOf(report)
  const problems: string[] = []
  let level = 0
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'heading_open') continue
    const now = Number(token.tag.slice(1))
    const title = tokens[index + 1]?.content ?? ''
    const next = tokens[index + 3]
    const isEmpty =
      next === undefined || (next.type === 'heading_open' && Number(next.tag.slice(1)) <= now)
    if (isEmpty) problems.push(`nothing below "${title}"`)
    if (now > level + 1) problems.push(`"${title}" is ${now - level} levels deeper`)
    level = now
  }
  return problems
}

/** What no good writer leaves: two lists that read as one, a heading or a name said twice, `1 notes`. */
export const unread = (report: string): string[] => {
  const prose = proseOf(report)
  // Code, and what is quoted (a command among the inputs, say), is not of the template's writing.
  const own = prose.replaceAll(/`[^`\n]*`|"[^"\n]*"/g, '…')
  return [
    ...[...prose.matchAll(/^- .*\n(?: +.*\n)*\n(- .*)/gm)].map(
      ([, line]) => `flows into the list above: ${line}`,
    ),
    ...[
      ...prose.matchAll(
        /.*(?<![\d,.:/-])(?<!of )\b1 (?:event|note|run|step|approval|action|check|row|time|question|command|runbook|other)s\b.*/g,
      ),
    ].map(([line]) => `not one: ${line}`),
    ...[...prose.matchAll(/\| ([^|]+?) \(told by \1\) .*/g)].map(
      ([line]) => `told by oneself: ${line}`,
    ),
    ...[...own.matchAll(/.*(?:[^.]\.\.(?!\.)|\?\.|!\.|:\.|,\.| [.,;:](?=\s|$)|;;|,,).*/gm)].map(
      ([line]) => `stops twice: ${line}`,
    ),
    ...[...prose.matchAll(/.*:\n+(?:#{1,6} .*|$(?![\s\S]))/g)].map(
      ([line]) => `announces nothing: ${line}`,
    ),
    ...[...prose.matchAll(/\b(\p{L}{2,}) \1\b(?!:).*/gu)].map(
      ([line]) => `says a word twice: ${line}`,
    ),
  ]
}

/** The same sentence or row twice, where it says something of its own. */
export const repeated = (report: string): string[] => {
  const lines = proseOf(report)
    .split('\n')
    .filter(
      (line, index, lines) =>
        lines[index + 1]?.startsWith('| -') !== true && !line.startsWith('[^'),
    )
    .filter((line) => line.length > 60 && !line.startsWith('| -'))
    .map((line) => line.replace(/\s+/g, ' ').trim())
  return lines.filter((line, index) => lines.indexOf(line) !== index)
}

export const problemsOf = (report: string): string[] => [
  ...holes(report),
  ...untidy(report),
  ...brokenTables(report),
  ...uncitedRows(report),
  ...footnoteProblems(report),
  ...emptySections(report),
  ...unread(report),
]
