/** From where to where a mark reaches, before anything is known of the others. */
import type { Mark } from './mark.ts'

export const POINT = 22
const MIN_BAR = 24

export type Room = { left: number; right: number; x: (at: number) => number; rows: number }

export const isPoint = ({ shape, from, to, open }: Mark): boolean =>
  from === to && open !== true && shape !== 'step' && shape !== 'undo' && shape !== 'command'

/** The picture's own ends are ends for marks, too. */
export const extent = (mark: Mark, { x, left, right }: Room): [number, number] => {
  if (isPoint(mark)) {
    const center = Math.min(Math.max(x(mark.from), left + POINT / 2), right - POINT / 2)
    return [center - POINT / 2, center + POINT / 2]
  }
  const start = Math.min(x(mark.from), right - MIN_BAR)
  return [
    start,
    mark.open === true ? right : Math.min(right, Math.max(x(mark.to), start + MIN_BAR)),
  ]
}
