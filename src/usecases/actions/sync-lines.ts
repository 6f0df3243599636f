/** What a person reads of `actions sync`; with `--to json`, the list itself. */
import { visibleLine } from '../../incident/visible.ts'
import type { SyncedAction } from './sync-one.ts'
import type { Synced } from './sync-actions.ts'

const WORDS = {
  created: ['made', 'would be made'],
  updated: ['brought up to date', 'would be brought up to date'],
  closed: ['closed', 'would be closed'],
  reopened: ['opened again', 'would be opened again'],
  unchanged: ['up to date', 'up to date'],
  left: ['LEFT AS IT IS', 'would be left as it is'],
  none: ['no issue', 'no issue'],
} as const satisfies Record<SyncedAction['did'], readonly [string, string]>

export const syncLines = (
  { to, where, actions, incident }: Pick<Synced, 'to' | 'where' | 'actions' | 'incident'>,
  plan: boolean,
): string[] => {
  if (to === 'json') return [JSON.stringify({ incident, actions }, null, 2)]
  const lines = (actions as SyncedAction[]).map(({ id, title, did, number, url, reason }) =>
    [
      id,
      `${number === undefined ? '' : `#${number} `}${WORDS[did][plan ? 1 : 0]}`,
      visibleLine(title),
      ...(url === undefined ? [] : [visibleLine(url)]),
      ...(reason === undefined ? [] : [`(${visibleLine(reason)})`]),
    ].join('  '),
  )
  return [
    ...lines,
    `${actions.length} ${actions.length === 1 ? 'action' : 'actions'} of ${incident}, ${where ?? ''}`,
  ]
}
