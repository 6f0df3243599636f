/** What was found, by category: counts, first and last time, and messages by their shape. */
import type { Value } from '../../../incident/value.ts'
import { withoutPrivate } from '../../error-shape.ts'
import { createTally, type ErrorContext, type ErrorGroup, type Tally } from '../../error-tally.ts'
import { jsonEntry, jsonFields, textEntry, type Entry, type Mask } from './entry.ts'
import { findTime, type Zone } from './log-time.ts'
import { lineEnd, lineStart, MAX_ENTRY_BYTES } from './record-range.ts'
import type { Rules } from './rules.ts'
import type { Found } from './scan-log.ts'

type Window = { sinceMs: number; untilMs: number }

type Category = {
  tally: Tally
  /** Equal messages are looked at once, and only counted after that. */
  known: Map<string, Known>
  count: number
  firstMs: number
  lastMs: number
}
type Known = { context: ErrorContext; count: number; lastMs: number | undefined }

export type Counts = {
  add(found: Found): void
  /** Entries, each counted once. */
  total(): number
  outside(): number
  withoutTime(): number
  /** Lines that are no JSON, where the format is. */
  skipped(): number
  /** Some times named no zone. */
  assumedZone(): boolean
  data(samples: number): Record<string, Value>
}

export type CountOptions = {
  rules: Rules
  window: Window
  zone: Zone
  format: 'auto' | 'json' | 'text'
  mask: Mask
}

/** More of a message tells nothing more. */
const MESSAGE_CHARS = 4_096
const MAX_KNOWN = 2_000

export function createCounts(options: CountOptions): Counts {
  const { rules, window } = options
  const seen = { total: 0, outside: 0, withoutTime: 0, skipped: 0, assumed: false }
  const categories = new Map(
    rules.names.map((name): [string, Category] => [
      name,
      { tally: createTally(), known: new Map(), count: 0, firstMs: Infinity, lastMs: -Infinity },
    ]),
  )
  const add = (found: Found): void => {
    const entry = entryOf(found, options)
    if (entry === undefined) return void (seen.skipped += 1)
    const { names, telling } = rules.judge(found.candidates, entry)
    if (names.length === 0) return
    const timeMs = entry.timeMs ?? timeBefore(found, options.zone)
    if (timeMs === undefined) seen.withoutTime += 1
    else if (timeMs < window.sinceMs || timeMs > window.untilMs) return void (seen.outside += 1)
    if (entry.assumed) seen.assumed = true
    seen.total += 1
    // Masked before it is shortened: the rest of a secret would be none to the masking.
    const message = entry.message(telling, options.mask).slice(0, MESSAGE_CHARS)
    const contextOf = () => maskedContext(entry.context(), options.mask)
    for (const name of names) {
      const category = categories.get(name)
      if (category === undefined) continue
      category.count += 1
      note(category, message, { contextOf, timeMs })
      if (timeMs === undefined) continue
      category.firstMs = Math.min(category.firstMs, timeMs)
      category.lastMs = Math.max(category.lastMs, timeMs)
    }
  }
  return {
    add,
    total: () => seen.total,
    outside: () => seen.outside,
    withoutTime: () => seen.withoutTime,
    skipped: () => seen.skipped,
    assumedZone: () => seen.assumed,
    data: (samples) => dataOf([...categories], samples),
  }
}

type About = { contextOf: () => ErrorContext; timeMs: number | undefined }

function note(category: Category, message: string, { contextOf, timeMs }: About): void {
  const known = category.known.get(message)
  if (known !== undefined) {
    known.count += 1
    known.lastMs = timeMs ?? known.lastMs
    return
  }
  if (category.known.size === MAX_KNOWN) groupsOf(category)
  category.known.set(message, { context: contextOf(), count: 1, lastMs: timeMs })
}

/** The most frequent first, so that they have a place of their own. */
function groupsOf({ known, tally }: Category): ErrorGroup[] {
  const sorted = [...known].sort(([, a], [, b]) => b.count - a.count)
  for (const [message, { context, count, lastMs }] of sorted) {
    const last = lastMs === undefined ? {} : { lastAt: iso(lastMs) }
    tally.add(message, { context, times: count, ...last })
  }
  known.clear()
  return tally.groups()
}

/** undefined: it is no entry in this format. */
function entryOf({ bytes, entry }: Found, { format, zone }: CountOptions): Entry | undefined {
  const end = Math.min(lineEnd(bytes, entry.from, entry.to), entry.from + MAX_ENTRY_BYTES)
  const first = bytes.toString('utf8', entry.from, end)
  const fields = format === 'text' ? undefined : jsonFields(first)
  if (fields !== undefined) return jsonEntry(fields, zone)
  return format === 'json' ? undefined : textEntry(first, zone)
}

const LOOKED_BACK = 50

/** An entry without a time of its own was written at or after the time above it. */
function timeBefore({ bytes, entry }: Found, zone: Zone): number | undefined {
  let at = entry.from
  for (let lines = 0; at > 0 && lines < LOOKED_BACK; lines += 1) {
    const end = at - 1
    at = lineStart(bytes, end)
    const line = bytes.toString('utf8', at, Math.min(end, at + MAX_ENTRY_BYTES))
    const fields = jsonFields(line)
    const found = fields === undefined ? findTime(line, zone)?.ms : jsonEntry(fields, zone).timeMs
    if (found !== undefined) return found
  }
  return undefined
}

const maskedContext = (context: ErrorContext, mask: (text: string) => string) =>
  Object.fromEntries(
    Object.entries(context).map(([key, text]) => [key, withoutPrivate(mask(text))]),
  )

const iso = (ms: number): string => (Number.isFinite(ms) ? new Date(ms).toISOString() : '')

function dataOf(categories: [string, Category][], samples: number): Record<string, Value> {
  const first = Math.min(...categories.map(([, { firstMs }]) => firstMs))
  const last = Math.max(...categories.map(([, { lastMs }]) => lastMs))
  const byName = categories.map(([name, category]): [string, Value] => {
    const { count, firstMs, lastMs } = category
    return [
      name,
      {
        count,
        first_seen: iso(firstMs),
        last_seen: iso(lastMs),
        samples: groupsOf(category).slice(0, samples).map(sampleOf),
      },
    ]
  })
  return {
    categories: Object.fromEntries(byName),
    first_seen: iso(first),
    last_seen: iso(last),
  }
}

const sampleOf = ({ shape, count, first, last_at: lastAt }: ErrorGroup): Value => ({
  message: shape,
  count,
  ...first,
  ...(lastAt === undefined || lastAt === first.at ? {} : { last_at: lastAt }),
})
