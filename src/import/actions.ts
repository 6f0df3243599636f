/** Promises of a report: items, boxes and tables, with what they say of owner, due day and ticket. */
import { defined } from '../incident/defined.ts'
import { datesIn } from '../markdown/dates.ts'
import type { Block, Item, Table } from '../markdown/blocks.ts'
import { ACTION_TYPES, PRIORITIES } from '../postmortem/front-matter/action-words.ts'
import { idFrom } from './ids.ts'
import { plain } from './plain.ts'
import type { Told } from './sections.ts'

export type ImportedAction = {
  id: string
  title: string
  type: (typeof ACTION_TYPES)[number]
  /** The report says no type: this one is guessed from the words. */
  guessed: boolean
  owner?: string
  priority?: (typeof PRIORITIES)[number]
  due?: string
  tracker?: string
  /** Ticked, or marked as done. */
  done: boolean
  line: number
}

type Draft = Omit<ImportedAction, 'id' | 'type' | 'guessed'> & { type: string }

export const actionsIn = (told: readonly Told[]): ImportedAction[] => {
  const taken = new Set<string>()
  return told
    .flatMap(({ blocks }) => blocks.flatMap(draftsIn))
    .filter(({ title }) => title !== '')
    .map(({ type, ...draft }) => {
      const stated = ACTION_TYPES.find((each) => each === type.toLowerCase())
      return {
        ...draft,
        id: idFrom(draft.title, taken),
        type: stated ?? guessedType(draft.title),
        guessed: stated === undefined,
      }
    })
}

const draftsIn = (block: Block): Draft[] => {
  if (block.type === 'list') return block.items.flatMap(draftsOfItem)
  if (block.type === 'table') return draftsOfTable(block)
  return []
}

/** `Process improvements:` over items is a heading, not a promise. */
const draftsOfItem = (item: Item): Draft[] => {
  const below = item.blocks.filter(({ type }) => type === 'list')
  if (/:\W*$/.test(item.text) && item.checked === undefined && below.length > 0)
    return below.flatMap(draftsIn)
  const { text, line } = item
  const tracker = trackerOf(text)
  const owner = /\b(?:owner|assignee|assigned to)\W{0,3}\s?(@?[\p{L}][\p{L}\d ._-]{1,40})/iu.exec(
    text,
  )?.[1]
  const priority = PRIORITIES.find((each) => new RegExp(`\\b${each}\\b`).test(text))
  return [
    {
      title: titleOf(text),
      type: '',
      ...defined({ owner: owner?.trim(), priority, tracker }),
      done: item.checked === true || /\((?:done|completed|fixed)\)|\u2705|\bDONE\b/i.test(text),
      line,
    },
  ]
}

const titleOf = (text: string): string => plain(text).slice(0, 480)

/** The first address, or `#123`. */
const trackerOf = (text: string): string | undefined =>
  /https?:\/\/[^\s)>\]|]{1,400}/.exec(text)?.[0] ??
  /(?<![\w/])(?:[A-Z]{2,10}-\d{1,7}|#\d{1,7})\b/.exec(text)?.[0]

const COLUMNS = {
  title:
    /^\W*(?:action(?: item)?|title|task|what|description|item|todo|follow[- ]?up|remediation)\b/i,
  type: /^\W*(?:type|kind|category)\b/i,
  owner: /^\W*(?:owner|assignee|assigned|who|responsible|team|dri)\b/i,
  priority: /^\W*(?:prio|priority|p)\b/i,
  due: /^\W*(?:due|deadline|eta|by when|date|target)\b/i,
  tracker: /^\W*(?:bug|ticket|issue|tracker|jira|link|tracking|reference)\b/i,
  status: /^\W*(?:status|state|done)\b/i,
} as const

const draftsOfTable = ({ header, rows }: Table): Draft[] => {
  const index = (name: keyof typeof COLUMNS): number =>
    header.findIndex((title) => COLUMNS[name].test(title))
  const columns = {
    title: index('title') === -1 ? 0 : index('title'),
    type: index('type'),
    owner: index('owner'),
    priority: index('priority'),
    due: index('due'),
    tracker: index('tracker'),
    status: index('status'),
  }
  return rows.map(({ cells, line }) => {
    const of = (name: keyof typeof columns): string => plain(cells[columns[name]]?.text ?? '')
    const raw = cells[columns.tracker]?.text ?? ''
    const whole = cells.map(({ text }) => text).join(' ')
    const tracker = trackerOf(raw) ?? said(of('tracker').replace(/\bDONE\b/, ''))
    const priority = PRIORITIES.find((each) => each === of('priority').toUpperCase())
    const due = datesIn(of('due'))[0]?.day
    const owner = said(of('owner'))
    return {
      title: of('title').slice(0, 480),
      type: of('type'),
      ...defined({ owner: owner?.slice(0, 400), priority, due, tracker: tracker?.slice(0, 400) }),
      done:
        /^\W*(?:done|complete|completed|closed|fixed|yes|\u2705)\b/i.test(of('status')) ||
        /\*\*DONE\*\*/.test(whole),
      line,
    }
  })
}

/** A cell that says nothing is empty. */
const said = (cell: string): string | undefined =>
  /^\W*(?:tbd|n\/a|none|unknown)?\W*$/i.test(cell) ? undefined : cell.trim()

const GUESSES: readonly (readonly [ImportedAction['type'], RegExp])[] = [
  [
    'investigate',
    /\b(?:investigate|explore|spike|research|look into|find out|evaluate|understand|analy[sz]e)\b/i,
  ],
  ['detect', /\b(?:monitor\w*|alert\w*|alarms?|dashboard\w*|detect\w*|metrics?|probe|paging)\b/i],
  [
    'process',
    /\b(?:document\w*|runbooks?|playbooks?|process\w*|train\w*|communicat\w*|polic(?:y|ies)|review|checklist)\b/i,
  ],
  ['mitigate', /\b(?:roll ?back|fail ?over|faster|recover\w*|backup|limit|throttl\w*|circuit)\b/i],
  ['repair', /\b(?:fix|repair|revert|clean ?up|restore|patch)\b/i],
]

const guessedType = (title: string): ImportedAction['type'] =>
  GUESSES.find(([, form]) => form.test(title))?.[0] ?? 'prevent'
