/** What hotwash derives from the log says from which event; this finds what no longer does. */
import type { Block, Row } from '../../../markdown/document.ts'
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
const DERIVED = /\((?:confirmed|likely)(?:, [a-z_ ]+)?\)\s*$/

export const uncited: LintRule = {
  id: 'uncited',
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

const inBlock = ({ cells }: LintDocument, block: Block): Found[] => {
  if (block.type === 'list')
    return block.items
      .filter(({ text }) => DERIVED.test(text))
      .map(({ line }): Found => ({ line, column: 1, message: 'this cause cites no event' }))
  if (block.type !== 'table') return []
  const all = block.header.some((name) => labelOf(name) === 'source')
  // Of other tables that cite, the rows with numbers of the log: times and lengths of time.
  if (!all && !block.rows.some(isCited)) return []
  return block.rows
    .filter((row) => !isCited(row) && (all ? isFilled(row) : isMeasured(row)))
    .map((row): Found => {
      const place = cells.get(row.line)?.[0]?.at(0) ?? { line: row.line, column: 1 }
      return { ...place, message: 'this row cites no event' }
    })
}

const isCited = (row: Row): boolean => row.cells.some(({ text }) => text.includes('[^e'))
const isFilled = (row: Row): boolean => row.cells.some(({ text }) => text.trim() !== '')

const isMeasured = ({ cells }: Row): boolean =>
  cells.slice(1).some(({ text }) => timesIn(text).length > 0 || durationsIn(text).length > 0)
