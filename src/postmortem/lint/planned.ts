/**
 * Where a report without a head of hotwash plans its actions: tables with a column for them, and lists.
 * Only open ones: done, declined and struck through are left out.
 */
import type { Block } from '../../markdown/blocks.ts'
import type { Section } from '../../markdown/document.ts'
import type { LintDocument } from './lint-document.ts'
import { labelOf } from './moments.ts'
import { isAbout } from './section-kinds.ts'

export type ActionField = 'owner' | 'due' | 'tracker' | 'done_when'

export type PlannedTable = {
  /** Of its header. */
  line: number
  /** Where the table has a column for it. */
  columns: Readonly<Record<ActionField, number>>
  rows: readonly {
    line: number
    title: string
    cells: readonly { text: string; column: number }[]
  }[]
}

export type PlannedList = { items: readonly { line: number; text: string }[] }

const ACTION =
  /^(?:(?:proposed |corrective |preventi(?:ve|tive|tative) |required |remedial )?(?:actions?|action items?|measures?)|follow[- ]?ups?|remediations?|to-?dos?)$/
/** Says so only under a heading that is about actions. */
const TASK =
  /^(?:what|titles?|tasks?|descriptions?|items?|details|summary|improvements?|recommendations?)$/
const FIELDS: Readonly<Record<ActionField, RegExp>> = {
  owner:
    /^(?:(?:action )?owners?|(?:owning |responsible )?team|assignees?|assigned(?: to)?|dri|who|by whom|responsible(?: (?:person|party))?|responsibility|person|lead|accountable)$/,
  due: /^(?:due(?: (?:date|by|on))?|deadline|eta|target(?: (?:date|completion))?|by(?: when)?|when|date|expected (?:by|date|completion)|(?:completion|estimated completion|planned) date|timeframe)$/,
  tracker:
    /^(?:trackers?|tracking(?: (?:issue|bug|link|ticket))?|tickets?|issues?|links?|jira(?: (?:ticket|issue|link))?|bugs?(?: id)?|(?:github )?(?:pr|issue|ticket|bug)s?(?: (?:link|id|number|no|#))?|pull requests?|urls?|references?|refs?|stor(?:y|ies)|cards?)$/,
  done_when:
    /^(?:done when|definition of done|acceptance(?: criteri(?:a|on))?|verification|verified by|(?:success|exit|completion) criteri(?:a|on)|how (?:do we|will we) know)$/,
}
/** What makes a table with a column “Action” a plan. */
const PLAN = /^(?:priority|prio|type|kind|status|state|severity|effort|term)$/
/** A log of what was done, and not a plan. */
const LOGGED = /^(?:times?(?: .*)?|timestamps?|date ?(?:\/|and|&) ?time)$/
const LOG_TITLE =
  /\b(?:taken|performed|timeline|during|completed|applied|implemented|history|done|what went)\b/i
/** `Completed:` above a list. */
const LOG_LABEL = /^\W*(?:already )?(?:completed|done|applied|implemented|taken)\b[^\n]{0,40}:\W*$/i
const STATUS = /^(?:status|state|done|progress|resolution|outcome)$/
const CLOSED =
  /\b(?:done|closed|completed?|merged|fixed|resolved|shipped|deployed|finished|implemented|released|yes|won'?t|wontfix|declined|rejected|cancel+ed|duplicate|obsolete)\b|[✅☑✔]|:white_check_mark:|\[x\]/i
const NOT_CLOSED =
  /\b(?:not|in|partly|partially|to be|until|un)[ -](?:\w+ )?(?:done|closed|completed?|merged|fixed|resolved)\b/i

export const plannedTables = (document: LintDocument): PlannedTable[] =>
  document.own
    ? []
    : document.body.sections.flatMap((section) =>
        section.blocks.flatMap((block) => (block.type === 'table' ? planOf(section, block) : [])),
      )

const planOf = (
  section: Section,
  { line, header, rows }: Extract<Block, { type: 'table' }>,
): PlannedTable[] => {
  const labels = header.map((name) =>
    labelOf(name.replaceAll('(s)', 's')).split(/\s*(?:[/,&]|\band\b)\s*/),
  )
  const find = (form: RegExp): number =>
    labels.findIndex((parts) => parts.some((part) => form.test(part)))
  const action = find(ACTION)
  const title = action === -1 && isAbout(section, 'actions') ? find(TASK) : action
  if (title === -1 || find(LOGGED) !== -1 || LOG_TITLE.test(section.title)) return []
  const other = (form: RegExp): number =>
    labels.findIndex((parts, index) => index !== title && parts.some((part) => form.test(part)))
  const columns = {
    owner: other(FIELDS.owner),
    due: other(FIELDS.due),
    tracker: other(FIELDS.tracker),
    done_when: other(FIELDS.done_when),
  }
  if (Object.values(columns).every((index) => index === -1) && other(PLAN) === -1) return []
  const status = other(STATUS)
  const open = rows.flatMap((row) => {
    const text = row.cells[title]?.text.trim() ?? ''
    const state = row.cells[status]?.text ?? ''
    const closed = (CLOSED.test(state) && !NOT_CLOSED.test(state)) || isStruck(text)
    return text === '' || closed ? [] : [{ line: row.line, title: text, cells: row.cells }]
  })
  return open.length === 0 ? [] : [{ line, columns, rows: open }]
}

const isStruck = (text: string): boolean =>
  /^\W{0,3}~~|\[x\]|^[✅☑✔]|^:white_check_mark:/i.test(text)

export const plannedLists = (document: LintDocument): PlannedList[] =>
  document.own
    ? []
    : document.body.sections
        .filter((section) => isAbout(section, 'actions') && !LOG_TITLE.test(section.title))
        .flatMap(({ blocks }) =>
          blocks.flatMap((block, index) => {
            const before = blocks[index - 1]
            const isLog = before?.type === 'paragraph' && LOG_LABEL.test(before.text)
            return isLog ? [] : listOf(document, block)
          }),
        )

const listOf = ({ lines }: LintDocument, block: Block): PlannedList[] => {
  if (block.type !== 'list') return []
  const items = block.items.flatMap(({ line, text, checked }, index) => {
    const end = (block.items[index + 1]?.line ?? block.endLine + 1) - 1
    const whole = lines
      .slice(line - 1, end)
      .join('\n')
      .slice(0, 4000)
    return checked === true || isStruck(text) ? [] : [{ line, text: whole }]
  })
  return items.length === 0 ? [] : [{ items }]
}

/** A ticket says the owner and the date itself. */
export const namesTicket = (text: string): boolean =>
  /https?:|\]\(|\]\[[^\]]|(?<!\w)#\d|\b[A-Z][A-Z0-9]{1,9}-\d/.test(text)
