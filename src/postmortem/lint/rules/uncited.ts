/** What hotwash derives from the log says from which event; this finds what no longer does. */
import type { Block, Item, Row } from '../../../markdown/blocks.ts'
import { durationsIn } from '../../../markdown/durations.ts'
import { timesIn } from '../../../markdown/times.ts'
import { headed } from '../examples.ts'
import type { Found } from '../finding.ts'
import type { LintDocument } from '../lint-document.ts'
import { labelOf } from '../moments.ts'
import type { LintRule } from '../rule.ts'

const ROWS = (source: string) => ({
  head: { rendered_by: 'hotwash' },
  table: `| Time | What | Source |\n| --- | --- | --- |\n| 10:00:00 | It was declared. | [^e1] |\n| 10:20:00 | It was resolved. | ${source} |\n\n[^e1]: the first event`,
})

/** A cause as hotwash writes it: what a finding says, and how sure it is. */
const CAUSE = /\((?:confirmed|likely|possible)(?:, [a-z_ ]+)?\)\s*$/
/** A contributing factor or another entry of the head, which people wrote. */
const FROM_HEAD = /^`[^`\n]{1,80}`:/
/** Sentences of the templates that tell the log. */
const SENTENCE =
  /^(?:\*\*Response:\*\* )?(?:The run of `[^`\n]{1,200}` started|Detected) \d{4}-\d\d-\d\d /

export const uncited: LintRule = {
  id: 'uncited',
  ofHotwash: true,
  severity: 'warning',
  reason:
    'In a report from the log every derived row names its event; one that names none cannot be checked.',
  suggestion: 'cite the event, as in [^e12], or move it to where people write',
  good: headed(ROWS('[^e1]')),
  bad: headed(ROWS('')),
  check: (document) =>
    document.rendered
      ? document.body.sections.flatMap(({ blocks }) =>
          blocks.flatMap((block) => inBlock(document, block)),
        )
      : [],
}

const inBlock = (document: LintDocument, block: Block): Found[] => {
  if (block.type === 'paragraph') return inParagraph(block)
  if (block.type === 'list') return inList(block.items)
  return block.type === 'table' ? inTable(document, block) : []
}

const inParagraph = ({ line, text }: { line: number; text: string }): Found[] => {
  if (cites(text)) return []
  const cause = text.startsWith('**Cause:** ') && CAUSE.test(text)
  if (!cause && !SENTENCE.test(text)) return []
  return [{ line, column: 1, message: `this ${cause ? 'cause' : 'sentence'} cites no event` }]
}

/** Among items that cite, one with a number may be of the log, or what a person added. */
const inList = (items: readonly Item[]): Found[] => {
  const cited = items.filter(({ text }) => cites(text)).length
  const derived = cited >= 2 && cited >= items.length / 2
  return items.flatMap(({ line, text }): Found[] => {
    if (cites(text) || FROM_HEAD.test(text)) return []
    if (CAUSE.test(text)) return [{ line, column: 1, message: 'this cause cites no event' }]
    if (!derived || !/\d/.test(text)) return []
    const message = 'the items beside it cite the log, and this one no event'
    const suggestion =
      'cite the event; what a person knows becomes one with hotwash note, or stands in a list of its own'
    return [{ line, column: 1, message, suggestion, severity: 'note' }]
  })
}

const inTable = (
  { cells }: LintDocument,
  { header, rows }: Extract<Block, { type: 'table' }>,
): Found[] => {
  const all = header.some((name) => labelOf(name) === 'source')
  // Of other tables that cite, the rows with numbers of the log: times and lengths of time.
  if (!all && !rows.some(isCited)) return []
  return rows
    .filter((row) => !isCited(row) && (all ? isFilled(row) : isMeasured(row)))
    .map((row): Found => {
      const place = cells.get(row.line)?.[0]?.at(0) ?? { line: row.line, column: 1 }
      return { ...place, message: 'this row cites no event' }
    })
}

const cites = (text: string): boolean => text.includes('[^e')
const isCited = (row: Row): boolean => row.cells.some(({ text }) => cites(text))
const isFilled = (row: Row): boolean => row.cells.some(({ text }) => text.trim() !== '')

const isMeasured = ({ cells }: Row): boolean =>
  cells.slice(1).some(({ text }) => timesIn(text).length > 0 || durationsIn(text).length > 0)
