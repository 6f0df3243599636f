/** Owner, date, ticket and criterion: of the head's actions, and of tables and lists in other reports. */
import { datesIn } from '../../../markdown/dates.ts'
import { headed } from '../examples.ts'
import type { Found } from '../finding.ts'
import type { LintDocument } from '../lint-document.ts'
import {
  namesTicket,
  plannedLists,
  plannedTables,
  type ActionField,
  type PlannedList,
  type PlannedTable,
} from '../planned.ts'
import type { LintRule } from '../rule.ts'

/** How the text of an action says it where there is no column for it. */
const SAID: Readonly<Record<ActionField, (text: string) => boolean>> = {
  owner: (text) =>
    /(?<!\w)@\w|\b(?:owners?|assignees?|assigned|dri|responsible|teams?)\b/i.test(text),
  due: (text) =>
    /\b(?:due|deadline|eta|this week|next (?:week|month|sprint|quarter)|Q[1-4]|by (?:the )?end)\b/i.test(
      text,
    ) || datesIn(text).length > 0,
  tracker: namesTicket,
  done_when: () => true,
}
const NAMES: Readonly<Record<ActionField, string>> = {
  owner: 'owners',
  due: 'due dates',
  tracker: 'tickets',
  done_when: 'criteria',
}

const needs = (
  field: ActionField,
  rule: Pick<LintRule, 'id' | 'reason' | 'suggestion'>,
): LintRule => ({
  ...rule,
  severity: 'warning',
  good: headed(),
  bad: headed({ action: { [field]: null } }),
  check: (document) => [
    ...inHead(document, field),
    ...plannedTables(document).flatMap((table) => inTable(table, field)),
    ...plannedLists(document).flatMap((list) => inList(list, field)),
    ...(field === 'owner' ? ofNobody(plannedLists(document)) : []),
  ],
})

const inHead = ({ head, placeOf }: LintDocument, field: ActionField): Found[] =>
  (head?.actions ?? []).flatMap((action, index): Found[] => {
    const isSaid = action[field] !== null && action[field] !== undefined
    const isDeclined = action.declined !== null && action.declined !== undefined
    if (isSaid || isDeclined) return []
    const place = placeOf(['actions', index, field])
    return [{ ...place, message: `action ${action.id} has no ${field}` }]
  })

/** Once for a table without such a column; where it has one, for each cell that is empty. */
const inTable = ({ line, columns, rows }: PlannedTable, field: ActionField): Found[] => {
  const index = columns[field]
  if (index !== -1)
    return rows.flatMap(({ line: row, title, cells }): Found[] => {
      const cell = cells[index]
      if (cell !== undefined && !isEmpty(cell.text)) return []
      const message = `“${title.slice(0, 80)}” has no ${field}`
      return [{ line: row, column: cell?.column ?? 1, message }]
    })
  const wholes = rows.map(({ cells }) => cells.map(({ text }) => text).join(' '))
  if (wholes.some(SAID[field]) || wholes.every(namesTicket)) return []
  return [{ line, column: 1, message: `these actions have no column for ${NAMES[field]}` }]
}

const isEmpty = (text: string): boolean =>
  /^(?:[\s\-–—?.…_*/]*|(?:tb[adc]|none|nobody|unassigned|to be (?:decided|determined|assigned|confirmed|done))\W*)$/i.test(
    text.trim(),
  )

const LABELLED: Readonly<Partial<Record<ActionField, RegExp>>> = {
  owner: /\b(?:owner|assignee|assigned to|dri|responsible)\b ?(?:\*\*)?[:=]/i,
  due: /\b(?:due(?: date)?|deadline|eta)\b ?(?:\*\*)?[:=]/i,
}

/** One item that lacks what most of the others say. */
const inList = ({ items }: PlannedList, field: ActionField): Found[] => {
  const label = LABELLED[field]
  if (label === undefined) return []
  const labeled = items.filter(({ text }) => label.test(text)).length
  if (labeled < 2 || labeled < items.length / 2) return []
  return items
    .filter(({ text }) => !label.test(text) && !SAID[field](text))
    .map(({ line }) => ({
      line,
      column: 1,
      message: `this action has no ${field}, and most beside it have one`,
    }))
}

/** Once for a report: it may say so in a way that is not seen here. */
const ofNobody = (lists: readonly PlannedList[]): Found[] => {
  const items = lists.flatMap((list) => list.items)
  const [first] = items
  if (first === undefined || items.length < 2) return []
  if (items.some(({ text }) => SAID.owner(text) || namesTicket(text) || namesPerson(text)))
    return []
  const message = `none of the ${items.length} actions listed names an owner or a ticket`
  return [{ line: first.line, column: 1, message, severity: 'note' }]
}

/** `(Maria)`, `[Maria Example]`, `**Maria**: …`, `Maria to …`, `… — Maria`; rather too often than not. */
const namesPerson = (text: string): boolean => {
  const own = text.replace(/^\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ x]\]\s*)?/i, '')
  return (
    /[([]\p{Lu}[\p{L}.'’-]*(?: [\p{Lu}][\p{L}.'’-]*){0,3}[)\]]/u.test(own) ||
    /^\W{0,3}\p{Lu}[\p{L}'’-]*(?: \p{Lu}[\p{L}'’-]*)?\W{0,3}(?:[:–—-] |(?:to|will|should|and) )/u.test(
      own,
    ) ||
    /[:–—-] ?\**\p{Lu}[\p{L}'’-]*(?: \p{Lu}[\p{L}'’-]*)?\W*$/u.test(own) ||
    /\w@\w/.test(own)
  )
}

export const actionOwner = needs('owner', {
  id: 'action-owner',
  reason: 'What belongs to nobody is done by nobody.',
  suggestion: 'name one person; two owners are none',
})
export const actionDue = needs('due', {
  id: 'action-due',
  reason: 'Without a date an action is a wish.',
  suggestion: 'give a date: due: 2026-12-01',
})
export const actionTracker = needs('tracker', {
  id: 'action-tracker',
  reason: 'Work happens in a tracker; a line in a report is forgotten.',
  suggestion: 'link the ticket, or have one made: hotwash actions sync',
})
export const actionDoneWhen = needs('done_when', {
  id: 'action-done-when',
  reason: 'Without a criterion it is closed when somebody is tired of it.',
  suggestion: 'say how one sees that it is done, best as a check that can be run',
})
