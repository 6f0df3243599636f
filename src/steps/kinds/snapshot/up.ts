/** Whether what was seen of a thing is that it works, for those things that can be down. Pure. */
import type { Value } from '../../../incident/value.ts'
import type { Seen } from './collector.ts'

type Held = Readonly<Record<string, Value>>

const UP: Readonly<Partial<Record<Seen['group'], (value: Held) => boolean>>> = {
  http: ({ status }) => typeof status === 'number' && status < 500,
  ports: ({ open }) => open === true,
  processes: ({ count }) => typeof count === 'number' && count > 0,
  health: ({ status }) => status === 'ok',
}

/** What cannot be asked is down; of other things it is only not known how they are. */
const ASKED: ReadonlySet<string> = new Set([...Object.keys(UP), 'database', 'tables'])

export const canBeDown = ({ group }: Seen): boolean => ASKED.has(group)

export function isUp({ group, value }: Seen & { ok: true }): boolean {
  const judge = UP[group]
  const isMap = value !== null && typeof value === 'object' && !Array.isArray(value)
  return judge === undefined || (isMap && judge(value))
}
