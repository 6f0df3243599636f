/**
 * The only way from a recorded value to Markdown. `Markdown` is a branded string: a view model
 * whose leaves are Markdown cannot hold a value that nobody escaped, the compiler refuses it.
 * Everything inline is safe in a table cell too; only `fence` makes several lines.
 */
import { visibleBlock, visibleLine } from '../../incident/visible.ts'

declare const brand: unique symbol
export type Markdown = string & { readonly [brand]: true }

const trusted = (markdown: string): Markdown => markdown as Markdown

/** Composes Markdown that this program wrote with parts that are escaped already. */
export const say = (
  parts: TemplateStringsArray,
  ...values: readonly (Markdown | number)[]
): Markdown => {
  let markdown = parts[0] ?? ''
  for (let n = 0; n < values.length; n += 1) markdown += `${values[n]}${parts[n + 1]}`
  return trusted(markdown)
}

export const NOTHING = trusted('')
export const NONE = trusted('—')

export const join = (parts: readonly Markdown[], between: string): Markdown =>
  trusted(parts.filter((part) => part !== '').join(between))

/** A recorded value as one line of plain text: whatever it holds, it reads as itself. */
export const text = (value: string): Markdown =>
  trusted(PLAIN.test(value) ? value : escapeLine(visibleLine(value)))

/** Nothing in it could mean anything: most values, ten times faster to tell than to escape. */
const PLAIN =
  /^(?:[A-Za-z]|\d+[-:A-Za-z])[A-Za-z0-9.,:;()'"/@=?!%-]*(?: [A-Za-z0-9.,:;()'"/@=?!%-]+)*$/

const escapeLine = (line: string): string =>
  line
    .replace(/[\\`*[\]<>|~$]/g, '\\$&')
    // snake_case stays readable: an underscore inside a word cannot open emphasis.
    .replace(/(?<![\p{L}\p{N}_])_|_(?![\p{L}\p{N}_])|_(?=_)|(?<=_)_/gu, '\\_')
    .replace(/&(?=#?\w+;)/g, '\\&')
    .replace(/#+$/, '\\$&')
    // What begins a block at the start of a line: heading, list, rule, underline of a heading.
    .replace(/^(?=[#+=-])/, '\\')
    .replace(/^(\d{1,9})(?=[.)](?:\s|$))/, '$1\\')

/**
 * A code span. A pipe cannot be written in a code span that is right inside and outside of a
 * table, so that such a value is shown as text.
 */
export const code = (value: string): Markdown => {
  const line = visibleLine(value)
  if (line === '') return NONE
  if (line.includes('|')) return text(value)
  const ticks = '`'.repeat(longestRun(line) + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return trusted(`${ticks}${pad}${line}${pad}${ticks}`)
}

/**
 * What a person wrote in the head, on one line. Their Markdown stays Markdown (emphasis, code, links,
 * citations); what would end the line, the row or the page around it does not.
 */
export const words = (value: string): Markdown => trusted(inlineOnly(visibleLine(value)))

/** The same with its lines and paragraphs: lists stay lists, headings and fences become text. */
export const paragraphs = (value: string): Markdown =>
  trusted(
    visibleBlock(value)
      .trim()
      .split('\n')
      .map((line) =>
        line
          .replace(/^(\s*)(.*)$/s, (_, indent, rest) => `${indent.slice(0, 3)}${inlineOnly(rest)}`)
          .trimEnd(),
      )
      .join('\n')
      .replace(/\n{3,}/g, '\n\n'),
  )

const inlineOnly = (line: string): string =>
  line
    // A pipe outside of a table reads the same with a backslash; HTML could hide what follows it.
    .replace(/\\?\|/g, '\\|')
    .replace(/<(?=[a-z/!?])(?!https?:\/\/[^\s<>]*>)/gi, '\\<')
    // Headings, fences, rules, footnotes and the underline that would make a heading of the line above.
    .replace(/^(?=#{1,6}(?:\s|$)|`{3}|~{3}|=+\s*$|(?:[-_*]\s*){2,}$|\[\^[^\]]*\]:)/, '\\')

/** A link where it is one, text otherwise. */
export const link = (value: string): Markdown =>
  /^https?:\/\/[^\s<>|]+$/.test(value) ? trusted(`<${value}>`) : text(value)

/** A block of output as it was; the fence outgrows any run of backticks in it. */
export const fence = (value: string): Markdown => {
  const block = visibleBlock(value).replace(/\n+$/, '')
  const ticks = '`'.repeat(Math.max(3, longestRun(block) + 1))
  return trusted(`${ticks}text\n${block}\n${ticks}`)
}

const longestRun = (value: string): number =>
  value.includes('`')
    ? (value.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0)
    : 0

/** A YAML scalar on one line: JSON's double quotes, with everything unseen as an escape. */
export const yamlString = (value: string): Markdown =>
  trusted(
    JSON.stringify(value).replace(
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
      (char) => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
    ),
  )

/** ` # what follows a value in YAML`, on its line; nothing for an empty one. */
export const yamlComment = (value: string): Markdown => {
  const line = visibleLine(value)
  return line === '' ? NOTHING : trusted(` # ${line}`)
}
