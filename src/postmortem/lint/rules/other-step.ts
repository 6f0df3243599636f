/** Rows that name a step and cite the event of another one. */
import { citedMarks, marksOf } from '../../../incident/marks.ts'
import type { Block, Row } from '../../../markdown/blocks.ts'
import type { Found } from '../finding.ts'
import type { LintDocument } from '../lint-document.ts'
import { labelOf } from '../moments.ts'
import type { LintRule } from '../rule.ts'
import { citationsIn } from './citations.ts'

const table = (mark: string): string =>
  `| Step | Outcome | Source |\n| --- | --- | --- |\n| \`fix\` | succeeded | [^${mark}] |\n\n` +
  '[^e2]: step `look`, `finding.made` (event 2), 2026-11-21 10:00:01.000 UTC, Maria Example on laptop.\n' +
  '[^e3]: step `fix`, `finding.made` (event 3), 2026-11-21 10:00:02.000 UTC, Maria Example on laptop.'

export const citationOfOtherStep: LintRule = {
  id: 'citation-of-other-step',
  ofHotwash: true,
  severity: 'error',
  reason: 'The row tells of one step and its source of another: whoever looks it up finds nothing.',
  suggestion: 'cite an event of the step that is named; hotwash audit log lists them',
  needs: 'record',
  good: table('e3'),
  bad: table('e2'),
  check: (document, { record }) => {
    if (record === undefined) return []
    const stepOf = new Map([...marksOf(record.events)].map(([event, mark]) => [mark, event.step]))
    const steps = new Set([...stepOf.values()].filter((step) => step !== undefined))
    const notes = new Map(citationsIn(document).footnotes.map((note) => [note.id, note]))
    return document.body.sections.flatMap(({ blocks }) =>
      rowsWithSource(blocks).flatMap((row) => {
        const named = stepsNamedIn(row, steps)
        if (named.size === 0) return []
        return marksIn(document, row.line).flatMap(({ id, column }): Found[] => {
          const step = stepOf.get(id)
          if (step === undefined || named.has(step)) return []
          const note = notes.get(id)
          const message = `${id} is about step ${step}, and this row about ${[...named].join(', ')}`
          const also = note === undefined ? undefined : [{ line: note.line, column: note.column }]
          return [{ line: row.line, column, message, ...(also && { also }) }]
        })
      }),
    )
  },
}

const rowsWithSource = (blocks: readonly Block[]): Row[] =>
  blocks.flatMap((block) =>
    block.type === 'table' && block.header.some((name) => labelOf(name) === 'source')
      ? block.rows
      : [],
  )

/** `fix` as code, or as the timeline tells it: "Step fix succeeded", "Undo of fix failed". */
const NAMED = /`([^`]+)`|^(?:Step|Undo of) ([\w.-]+) /g

const stepsNamedIn = ({ cells }: Row, steps: ReadonlySet<string>): Set<string> =>
  new Set(
    cells
      .flatMap(({ text }) => [...text.trim().matchAll(NAMED)])
      .map(([, code, told]) => code ?? told ?? '')
      .filter((name) => steps.has(name)),
  )

const marksIn = ({ lines }: LintDocument, line: number): { id: string; column: number }[] =>
  [...citedMarks(lines[line - 1] ?? '')].map((id) => ({
    id,
    column: (lines[line - 1] ?? '').indexOf(`[^${id}]`) + 1,
  }))
