/**
 * What an issue says of an action. hotwash owns the block between two marks, and nothing else in the
 * issue: the title, labels, and all that people write around the block are theirs.
 */
import { shellQuoted } from '../../../incident/shell-quoted.ts'
import type { AgedAction } from '../../../postmortem/actions/aged-actions.ts'
import { code, fence, join, say, text, type Markdown } from '../../../postmortem/view/markdown.ts'

/** In the body of its issue, whatever else is in it: by it an issue is found again. */
export const markOf = ({ incident, id }: Pick<AgedAction, 'incident' | 'id'>): string =>
  `<!-- hotwash-action: ${incident}/${id} -->`

const END = /<!-- \/hotwash-action: (open|closed) -->/

/** `state`: in which hotwash leaves the issue. A later sync knows by it who changed it since. */
export const blockOf = (action: AgedAction, state: 'open' | 'closed'): string =>
  [
    markOf(action),
    say`**${text(action.title)}**`,
    '',
    facts(action),
    '',
    say`From the post-mortem of incident ${code(action.incident)}, ${text(action.severity)}: ${text(action.incident_title)}.`,
    '',
    doneWhen(action),
    ...status(action),
    `<!-- /hotwash-action: ${state} -->`,
  ].join('\n')

/** A name in code calls nobody. */
const facts = ({ type, priority, owner, due }: AgedAction): Markdown =>
  join(
    [
      text(type),
      ...(typeof priority === 'string' ? [text(priority)] : []),
      ...(owner === undefined ? [say`no owner`] : [say`owner ${code(owner)}`]),
      ...(due === undefined ? [] : [say`due ${text(due)}`]),
    ],
    ' · ',
  )

const doneWhen = ({ done_when: when, incident, id }: AgedAction): Markdown => {
  if (when === undefined || when === null) return say`Nothing says yet when it is done.`
  if (typeof when === 'string') return say`Done when: ${text(when)}`
  const lines = Object.entries(when).map(([key, value]) => `${key}: ${plain(value)}`)
  const command = code(`hotwash actions check ${incident} ${id}`)
  return say`Done when this passes (${command}):\n\n${fence(lines.join('\n'))}`
}

const plain = (value: unknown): string => {
  if (typeof value === 'string') return value
  const isWords = Array.isArray(value) && value.every((one) => typeof one === 'string')
  return isWords ? shellQuoted(value) : JSON.stringify(value)
}

const status = ({ status: is, done_by: by, done_at: at, declined }: AgedAction): string[] => {
  if (is === 'open') return []
  if (is === 'declined') return ['', say`Declined: ${text(declined ?? '')}`]
  const how = by === 'check' ? say`its check passed` : say`a person says so`
  const when = at === undefined ? 'at a time that is not known' : at.slice(0, 10)
  return ['', say`Done ${text(when)}: ${how}.`]
}

/** What hotwash left, and the body with the block as it is to be; undefined: people took the block out. */
export const readBlock = (
  body: string,
  action: AgedAction,
): { left: 'open' | 'closed'; withBlock(block: string): string } | undefined => {
  const start = body.indexOf(markOf(action))
  const rest = start === -1 ? '' : body.slice(start)
  const end = END.exec(rest)
  if (end === null) return undefined
  const after = rest.slice(end.index + end[0].length)
  return {
    left: end[1] === 'closed' ? 'closed' : 'open',
    withBlock: (block) => `${body.slice(0, start)}${block}${after}`,
  }
}

/** Trackers change the ends of lines. */
export const sameText = (a: string, b: string): boolean =>
  a.replaceAll('\r\n', '\n').trimEnd() === b.replaceAll('\r\n', '\n').trimEnd()
