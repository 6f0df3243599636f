/** Days that are one slip away from the days around them: another year or month, or both swapped. */
import { isDay } from '../../incident/day.ts'
import type { Stamp } from './stamps.ts'

const DAY = 86_400_000
/** All other times of an incident lie within this of each other. */
const NEAR = 25 * DAY

/** The day that was surely meant, when it is not the one that is written. */
export const meantDay = (day: string, others: readonly string[]): string | undefined => {
  if (others.length < 2) return undefined
  const days = others.map((other) => Date.parse(other)).toSorted((a, b) => a - b)
  const middle = days[Math.floor(days.length / 2)] ?? 0
  const near = days.filter((other) => Math.abs(other - middle) <= NEAR)
  if (near.length < Math.max(2, days.length * 0.6)) return undefined
  const first = (near[0] ?? 0) - DAY
  const last = (near.at(-1) ?? 0) + DAY
  const own = Date.parse(day)
  if (Math.abs(own - middle) <= NEAR || (own >= first && own <= last)) return undefined
  return slipsOf(day, others).find((slip) => {
    const at = Date.parse(slip)
    return at >= first && at <= last
  })
}

/** The same day with another year or month, or with day and month swapped. */
const slipsOf = (day: string, others: readonly string[]): string[] => {
  const [year = '', month = '', date = ''] = day.split('-')
  const parts = others.map((other) => other.split('-'))
  const all = [
    ...parts.map(([otherYear]) => `${otherYear}-${month}-${date}`),
    ...parts.map(([, otherMonth]) => `${year}-${otherMonth}-${date}`),
    ...(Number(date) <= 12 ? [`${year}-${date}-${month}`] : []),
  ]
  return [...new Set(all)].filter((slip) => slip !== day && isDay(slip))
}

/** A row that does not fit into the order does, on the day of its neighbor. */
export const oneDigitOff = (stamp: Stamp, neighbor: Stamp): boolean => {
  if (stamp.day === undefined || neighbor.day === undefined || stamp.day === neighbor.day)
    return false
  const own = stamp.day.split('-')
  const other = neighbor.day.split('-')
  const differs = own.filter((part, index) => part !== other[index]).length
  return differs === 1 || `${own[0]}-${own[2]}-${own[1]}` === neighbor.day
}
