/** Tables as timelines: which column holds the time, the day, the person. */
import type { Row, Table } from './blocks.ts'
import { leadingDate, leadingTime } from './leading-time.ts'
import { zoneStated } from './stated.ts'
import { timesIn } from './times.ts'
import { ANY, type Entry, NO_TIME, oneLine, ONLY_DAY } from './timeline-entry.ts'

const TIME =
  /^\W*(?:time|when|timestamp|hour|clock|at|utc|gmt|date ?(?:\/|and|&) ?time|start(?: time)?|date)\b/i
const DATE = /^\W*(?:date|day)\b(?!.*time)/i
const ACTOR = /^\W*(?:who|actor|person|people|by|author|name|user|responder|reporter|owner)\b/i
const EVENT =
  /^\W*(?:events?|what|descriptions?|actions?|notes?|details?|comments?|updates?|activity|summary|status|happening|message)\b/i

export const entriesOfTable = (table: Table, told: boolean): Entry[] => {
  const { header, rows } = table
  const columns = columnsOf(header, rows)
  if (columns === undefined) return told ? rows.flatMap(notRow) : []
  const isOne =
    told || (header.some((name) => EVENT.test(name)) && TIME.test(header[columns.time] ?? ''))
  if (!isOne) return []
  const zone = zoneStated(header[columns.time] ?? '')
  const head: Entry[] = zone === undefined ? [] : [{ type: 'zone', line: table.line, zone }]
  return [...head, ...rows.flatMap((row) => entryOf(row, columns))]
}

const WEEKDAY = /^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?$/i

type Columns = {
  time: number
  date: number | undefined
  actor: number | undefined
  /** `Date (2026)`: what the cells leave out. */
  year: string | undefined
}

const withYear = (date: string, year: string | undefined): string =>
  year === undefined || /\b(?:19|20)\d\d\b/.test(date) ? date : `${date} ${year}`

const columnsOf = (header: readonly string[], rows: readonly Row[]): Columns | undefined => {
  const date = indexOf(header, /^\W*date\b(?!.*time)/i) ?? indexOf(header, DATE)
  const named = header.findIndex((name, index) => TIME.test(name) && index !== date)
  const time = named === -1 ? fullestOf(header, rows) : named
  if (time === undefined) return undefined
  const year = /\b(?:19|20)\d\d\b/.exec(date === undefined ? '' : (header[date] ?? ''))?.[0]
  return { time, date: date === time ? undefined : date, actor: indexOf(header, ACTOR), year }
}

const indexOf = (header: readonly string[], form: RegExp): number | undefined => {
  const index = header.findIndex((name) => form.test(name))
  return index === -1 ? undefined : index
}

/** The first column in which most cells begin with a time. */
const fullestOf = (header: readonly string[], rows: readonly Row[]): number | undefined => {
  const index = header.findIndex((_, column) => {
    const timed = rows.filter(
      ({ cells }) => leadingTime(cells[column]?.text ?? '', ANY) !== undefined,
    )
    return timed.length > 0 && timed.length * 2 >= rows.length
  })
  return index === -1 ? undefined : index
}

const entryOf = ({ line, cells }: Row, columns: Columns): Entry[] => {
  const time = cells[columns.time]?.text ?? ''
  const date = columns.date === undefined ? '' : (cells[columns.date]?.text ?? '')
  const actor = columns.actor === undefined ? '' : (cells[columns.actor]?.text ?? '')
  const taken = [columns.time, columns.date, columns.actor]
  const others = cells.filter((_, index) => !taken.includes(index)).map(({ text }) => text)
  const says = others.filter((text) => !/^(?:-|—)?$/.test(text) && !WEEKDAY.test(text)).join(' — ')
  const row = leadingTime(time, ANY)
  const text = oneLine([row?.says ?? '', says].filter((part) => part !== '').join(' — '))
  if (cells.every((cell) => cell.text === '')) return []
  if (row === undefined) {
    const whole = oneLine(cells.map((cell) => cell.text).join(' — '))
    const onlyDay = leadingDate(time, ANY) !== undefined || leadingDate(date, ANY) !== undefined
    if (onlyDay && says === '') return [{ type: 'day', line, text: whole }]
    return [
      {
        type: 'not',
        line,
        text: whole,
        why: onlyDay ? ONLY_DAY : NO_TIME,
      },
    ]
  }
  const when = date === '' ? time : `${withYear(date, columns.year)} ${time}`
  return [
    {
      type: 'row',
      line,
      when,
      time: (date === '' ? undefined : timesIn(when, ANY)[0]) ?? row.time,
      says: text,
      ...(actor === '' ? {} : { actor }),
    },
  ]
}

const notRow = ({ line, cells }: Row): Entry[] => {
  const text = oneLine(cells.map((cell) => cell.text).join(' — '))
  return text === '' ? [] : [{ type: 'not', line, text, why: NO_TIME }]
}
