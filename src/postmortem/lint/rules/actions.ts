/** Actions that get done: of the right kind, owned, due, tracked, with an end that can be seen. */
import type { Action } from '../../front-matter/schema.ts'
import { headed } from '../examples.ts'
import type { Found } from '../finding.ts'
import { labelOf } from '../moments.ts'
import type { LintDocument } from '../lint-document.ts'
import type { Piece } from '../pieces.ts'
import type { LintContext, LintRule } from '../rule.ts'
import { isAbout } from '../section-kinds.ts'

/** Planned, not declined. */
const plannedIn = ({ head }: LintDocument): { action: Action; index: number }[] =>
  (head?.actions ?? []).flatMap((action, index) =>
    action.declined === null || action.declined === undefined ? [{ action, index }] : [],
  )

const usersWereHit = ({ head }: LintDocument, { record }: LintContext): boolean => {
  if (head === undefined || head.drill === true || record?.state.drill === true) return false
  const { impact } = head
  if (impact === null || impact === undefined) return false
  if ('unknown' in impact) return true
  const numbers = Object.values(impact.numbers)
  return numbers.length === 0 || numbers.some((number) => number !== 0)
}

const isOpen = ({ asks }: LintDocument): boolean => asks.has('actions')

export const noPreventAction: LintRule = {
  id: 'no-prevent-action',
  severity: 'warning',
  reason: 'Users were hit, and nothing is planned that would keep it from happening again.',
  suggestion: 'plan one action with type: prevent, or decline one with the reason',
  good: headed(),
  bad: headed({ action: { type: 'detect' } }),
  check: (document, context) => {
    if (!usersWereHit(document, context) || isOpen(document)) return []
    const actions = document.head?.actions ?? []
    if (actions.some(({ type }) => type === 'prevent')) return []
    return [
      {
        ...document.placeOf(['actions']),
        message: 'no action has type prevent, though users were hit',
      },
    ]
  },
}

export const noUrgentAction: LintRule = {
  id: 'no-urgent-action',
  severity: 'warning',
  reason: 'When everything can wait, nothing is done: the same outage is still possible tonight.',
  suggestion: 'give the action that counts most priority: P0 or P1',
  good: headed(),
  bad: headed({ action: { priority: 'P3' } }),
  check: (document, context) => {
    const actions = plannedIn(document)
    if (actions.length === 0 || !usersWereHit(document, context)) return []
    if (actions.some(({ action }) => action.priority === 'P0' || action.priority === 'P1'))
      return []
    return [
      {
        ...document.placeOf(['actions']),
        message: 'no action has priority P0 or P1, though users were hit',
      },
    ]
  },
}

/** Verbs that never end, at the start. */
const VAGUE =
  /^(?:we |i |team |to |should |will |need to |must |please ){0,4}(improve|investigate|look into|consider|think about|explore|review|revisit|evaluate|discuss|be aware of|better)\b(?! (?:if|whether|practices?|than)\b)/i
/** A ticket, a number, a purpose: it is known when that is done. */
const BOUNDED =
  /#\d|\]\(|https?:|\b[A-Z]{2,10}-\d|\d|\b(?:so that|until|such that|by (?:the end|adding|removing|using|moving)|in order to|to (?:make sure|ensure)|and (?:add|fix|remove|change|write|document)|done|completed)\b/i

export const vagueAction: LintRule = {
  id: 'vague-action',
  severity: 'warning',
  reason: '“Improve monitoring” cannot be finished, and so is never done.',
  suggestion:
    'say what will be different: a thing that is added, changed or removed, with a criterion',
  good: '## Action items\n\n- Alert when 1 % of logins fail for 2 minutes',
  bad: '## Action items\n\n- Improve monitoring',
  check: (document) => [
    ...plannedIn(document).flatMap(({ action, index }): Found[] => {
      const done = action.done_when !== null && action.done_when !== undefined
      const verb = vagueVerb(action.title)
      if (verb === undefined || done) return []
      return [
        { ...document.placeOf(['actions', index, 'title']), message: vague(verb, action.title) },
      ]
    }),
    ...bodyActions(document).flatMap((piece): Found[] => {
      const text = piece.text.replace(/^\W+/, '').replace(/\s+/g, ' ').trim()
      const verb = vagueVerb(text) === undefined ? undefined : vagueVerb(piece.raw)
      return verb === undefined
        ? []
        : [{ ...piece.at(piece.text.search(/\w/)), message: vague(verb, text) }]
    }),
  ],
}

const vagueVerb = (text: string): string | undefined =>
  BOUNDED.test(text) ? undefined : VAGUE.exec(text.replace(/^[^A-Za-z]+/, ''))?.[1]

const vague = (verb: string, title: string): string =>
  `“${title.slice(0, 80)}”: nobody can tell when “${verb.toLowerCase()}” is finished`

/** Items of action sections, and the cells that name an action. */
const bodyActions = (document: LintDocument): Piece[] =>
  document.pieces.filter(
    ({ kind, section, quoted }) =>
      !quoted && (kind === 'item' || kind === 'cell') && isAbout(section, 'actions'),
  )

export const actionNotInHead: LintRule = {
  id: 'action-not-in-head',
  ofHotwash: true,
  severity: 'warning',
  reason:
    'Actions are listed, checked and synced from the head; one that is only in the text is never followed.',
  suggestion: 'add it to actions in the head, and render again',
  good: headed(),
  bad: `${headed()}\n## Action items\n\n| Action | Owner |\n| --- | --- |\n| Rotate keys by a job | Jon Example |`,
  check: (document) => {
    const { head, body, cells } = document
    if (head === undefined) return []
    const known = new Set(
      (head.actions ?? []).flatMap(({ id, title }) => [plain(id), plain(title)]),
    )
    return body.sections
      .filter((section) => isAbout(section, 'actions'))
      .flatMap(({ blocks }) => blocks)
      .flatMap((block) => {
        if (block.type !== 'table') return []
        const column = block.header.findIndex((name) =>
          /^(?:action|action item|what|title)$/.test(labelOf(name)),
        )
        if (column === -1) return []
        return block.rows.flatMap(({ line, cells: row }): Found[] => {
          const text = row[column]?.text ?? ''
          const words = plain(text)
          if (
            words === '' ||
            [...known].some(
              (one) => words === one || words.startsWith(`${one} `) || words.endsWith(` ${one}`),
            )
          )
            return []
          const place = cells.get(line)?.[column]?.at(0) ?? { line, column: 1 }
          return [
            { ...place, message: `“${text.slice(0, 80)}” is not among the actions of the head` },
          ]
        })
      })
  },
}

const plain = (text: string): string =>
  text
    .replace(/\[\^[^\]]*\]/g, ' ')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
