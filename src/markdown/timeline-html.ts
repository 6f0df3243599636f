/** HTML in a timeline: its tables are read as tables, what else tells a time is listed. */
import { tablesInHtml, textOf } from './html-table.ts'
import { entriesOfTable } from './timeline-table.ts'
import { type Entry, oneLine } from './timeline-entry.ts'

/** A row that is not sure of its day. */
export const listed = (entry: Entry): Entry[] => {
  if (entry.type !== 'row') return entry.type === 'not' ? [entry] : []
  const { line, when, says } = entry
  return [{ type: 'not', line, text: oneLine(`${when} ${says}`), why: 'stands in HTML' }]
}

/** What stands in no table is listed: it may be anything. */
export const entriesOfHtml = (html: { line: number; text: string }, told: boolean): Entry[] => {
  const { line, text } = html
  const rows = tablesInHtml(html).flatMap((table) => entriesOfTable(table, told))
  if (!told) return rows
  // Inside of tables all rows are told already.
  const first = text.search(/<tr[\s>]/i)
  const from = first === -1 ? text.length : first
  const to = Math.max(from, text.toLowerCase().lastIndexOf('</tr>'))
  const inside = text.slice(from, to).replace(/[^\n]/g, '')
  const outside = `${text.slice(0, from)}${inside}${text.slice(to)}`
  const others = outside.split('\n').flatMap((source, index): Entry[] => {
    const plain = textOf(source)
    if (!/\d{1,2}:\d\d/.test(plain)) return []
    return [{ type: 'not', line: line + index, text: plain, why: 'stands in HTML' }]
  })
  return [...rows, ...others]
}
