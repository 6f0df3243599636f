/** What a person reads of a list of actions. */
import { counted } from '../../incident/counted.ts'
import { visibleLine } from '../../incident/visible.ts'
import type { AgedAction } from '../../postmortem/actions/aged-actions.ts'

/** One action is two lines: what and how late, then where it is from and how it is proven. */
export const actionLines = (actions: readonly AgedAction[]): string[] =>
  actions.flatMap((action) => [
    [
      age(action),
      action.priority ?? '--',
      action.type,
      visibleLine(action.owner ?? 'nobody'),
      visibleLine(action.title),
    ].join('  '),
    `    ${[`${action.incident} ${action.id}`, action.severity, ...proof(action), ...places(action)].join(' · ')}`,
  ])

const age = (action: AgedAction): string => {
  const { status, days_overdue: late, days_open: open, due } = action
  if (status === 'declined') return 'declined'
  if (status === 'done' && action.done_at === undefined) return 'done, not known when'
  if (status === 'done') return `done after ${counted(open, 'day')}`
  if (late !== undefined) return `OVERDUE ${counted(late, 'day')}`
  return due === undefined
    ? `open ${counted(open, 'day')}, no date`
    : `open ${counted(open, 'day')}, due ${due}`
}

const proof = ({ status, proof: by, checked, done_by: doneBy }: AgedAction): string[] => {
  if (status === 'done') return [doneBy === 'check' ? 'proven by its check' : 'closed by hand']
  if (status === 'declined') return []
  if (checked?.status === 'failed') return [`last check failed ${checked.at.slice(0, 10)}`]
  if (by === 'check') return ['not checked yet']
  return [by === 'person' ? 'a person says when it is done' : 'nothing says when it is done']
}

const places = ({ tracker, url }: AgedAction): string[] => [
  ...new Set([tracker, url].filter((one) => one !== undefined).map(visibleLine)),
]

export const actionSummary = (actions: readonly AgedAction[], of: number): string => {
  if (of === 0) return 'no report names an action yet'
  const open = actions.filter(({ status }) => status === 'open').length
  const late = actions.filter(({ days_overdue: days }) => days !== undefined).length
  const shown = actions.length === of ? `${of}` : `${actions.length} of ${of}`
  return `${shown} ${of === 1 ? 'action' : 'actions'}: ${open} open, ${late} overdue`
}
