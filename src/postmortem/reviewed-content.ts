/**
 * What an approval is of: the text of a report without what the log says of its actions. Actions are
 * done months after a review, and nobody wrote that into the text. Left out is only what the log said
 * of that action when the text was rendered, in the columns for it, with the footnotes of these
 * events: any other word there, a state of before too, is a word of the text.
 */
import type { IncidentEvent } from '../incident/event.ts'
import { sha256 } from '../runbook/digest.ts'
import type { FrontMatter } from './front-matter/schema.ts'
import { cellsOfKey, isBookkeeping, isFenced, isRow, keyOfCells } from './merge/lines.ts'
import { linesOf, type Line } from './merge/lines.ts'
import { status, tracker } from './view/actions.ts'
import { createCitations } from './view/citations.ts'
import { code, words } from './view/markdown.ts'
import { actionsOf } from './actions/action-state.ts'

export type ReviewedReport = {
  text: string
  head: FrontMatter | undefined
  /** All that were known when it was rendered. */
  events: readonly IncidentEvent[]
}

/** Digest of it. */
export const reviewedContent = ({ text, head, events }: ReviewedReport): string => {
  const told = toldOf(head, events)
  const out: string[] = []
  let table: Line[] = []
  const flush = (): void => {
    out.push(...withoutStates(table, told))
    table = []
  }
  for (const line of linesOf(text)) {
    if (isRow(line.text) && !isFenced(line)) {
      table.push(line)
      continue
    }
    flush()
    if (!told.footnotes.has(line.key)) out.push(isBookkeeping(line) ? line.key : line.text)
  }
  flush()
  return sha256(out.join('\n').trimEnd())
}

type Told = {
  actions: {
    isRow: (cells: readonly string[]) => boolean
    says: Readonly<Record<string, string>>
  }[]
  /** Their keys: which commit holds an event is no news. */
  footnotes: ReadonlySet<string>
}

/** What the log says, as a report says it. */
const toldOf = (head: FrontMatter | undefined, events: readonly IncidentEvent[]): Told => {
  const ofActions = events.filter(({ type }) => type.startsWith('action.'))
  const citations = createCitations(events, undefined)
  citations.cite(...ofActions)
  const actions = actionsOf(head, ofActions).map((action) => {
    const [id, title] = [code(action.id), words(action.title)]
    return {
      isRow: (cells: readonly string[]) => cells[0] === title || cells[0] === `${id} ${title}`,
      says: { Status: status({ ofActions, citations }, action), Tracker: tracker(action) },
    }
  })
  const footnotes = new Set(linesOf(citations.footnotes().join('\n')).map(({ key }) => key))
  footnotes.delete('')
  return { actions, footnotes }
}

/** A table without anything of the log stays as it is, to the last space. */
const withoutStates = (table: readonly Line[], { actions }: Told): string[] => {
  const columns = cellsOfKey(table[0]?.key ?? '')
  let found = false
  const rows = table.map(({ text, key }) => {
    // No render indents a row, and by four blanks it is none any more.
    if (!text.startsWith('|')) return text
    const cells = cellsOfKey(key)
    const action = actions.find((one) => one.isRow(cells))
    const left = cells.map((cell, n) => {
      const isTold = action?.says[columns[n] ?? ''] === cell
      found ||= isTold
      return isTold ? '\u0000' : cell
    })
    return keyOfCells(left)
  })
  return found ? rows : table.map(({ text }) => text)
}
