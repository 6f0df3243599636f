/** The axis: times of day at even distances, the date where it changes. Always UTC. */
import type { Scale, Stretch } from './scale.ts'
import { textWidth } from './text-width.ts'

/** `center` of the label, which stays in the picture where the tick is at its end. */
export type Tick = {
  x: number
  center: number
  label: string
  date: string | undefined
  dateX: number
}

export type Axis = { font: number; left: number; right: number }

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEPS = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 30, 90, 365, 3650].map((n) => n * DAY),
]
const MIN_DISTANCE = 104
const ROOM = 12

export const ticksOf = (scale: Scale, { font, left, right }: Axis): Tick[] => {
  const step = STEPS.find((ms) => ms * scale.pixelsPerMs >= MIN_DISTANCE) ?? 36_500 * DAY
  const ticks: Tick[] = []
  let free = -Infinity
  let freeForDate = -Infinity
  let day = ''
  for (const [index, stretch] of scale.stretches.entries()) {
    for (const at of timesIn(stretch, step, index > 0)) {
      const x = scale.x(at)
      const label = timeLabel(at, step)
      const half = textWidth(label, { size: font }) / 2
      const center = Math.min(Math.max(x, left + half), right - half)
      if (center - half < free) continue
      free = center + half + ROOM
      const today = new Date(at).toISOString().slice(0, 10)
      const date = dateLabel(today)
      const width = textWidth(date, { size: font })
      const dateX = Math.min(center - half, right - width)
      const isNew = today !== day && dateX >= freeForDate
      if (isNew) {
        day = today
        freeForDate = dateX + width + ROOM
      }
      ticks.push({ x, center, label, date: isNew ? date : undefined, dateX })
    }
  }
  return ticks
}

/** After a gap, and where no even time lies in it, a stretch is labeled where it begins. */
const timesIn = ({ from, to }: Stretch, step: number, afterGap: boolean): number[] => {
  const times: number[] = []
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) times.push(at)
  return afterGap || times.length === 0 ? [from, ...times.filter((at) => at > from)] : times
}

const timeLabel = (at: number, step: number): string => {
  const time = new Date(at).toISOString().slice(11, 23)
  return step >= MINUTE ? time.slice(0, 5) : step >= SECOND ? time.slice(0, 8) : time
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

export const dateLabel = (day: string): string =>
  `${WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()]} ${day}`

/** Midnights that lie in an even stretch, each with its place. */
export const midnights = (scale: Scale): number[] => {
  if (DAY * scale.pixelsPerMs < 12) return []
  return scale.stretches.flatMap(({ from, to }) =>
    timesIn({ from, to, x0: 0, x1: 0 }, DAY, false)
      .filter((at) => at % DAY === 0 && at > from)
      .map((at) => scale.x(at)),
  )
}
