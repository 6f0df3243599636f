/**
 * Something small of every incident that can be read here, kept outside git and made again only where
 * a log or a report has changed: those with a journal on this machine, and the records of the work
 * tree. One unreadable incident hides no other.
 */
import { keptFile, payloadOf, readKept, writeKept, type Kept } from '../../record/kept-lines.ts'
import { logsKey } from '../../record/logs-key.ts'
import type { Place } from '../../record/places.ts'
import { readRecords, type WholeRecord } from './read-records.ts'
import type { RecordWorld } from '../record-world.ts'
import { reportSources, type ReportSource } from './report-sources.ts'

export type Shelf = {
  name: string
  /** Raised when `make` gives something else for the same record. */
  version: number
  /** One line of text. */
  make: (record: WholeRecord) => string
}

export type Shelved = {
  /** What the shelf keeps, as UTF-8, by id, newest id first. */
  payloads: Map<string, Buffer>
  /** What could not be read or understood, by incident. */
  warnings: string[]
  /** Incidents that there was no time for. */
  unread: number
}

/** How many reports git is asked for at once; so many records are read in any case. */
const BATCH = 100

/** `isOver` tells that there is no more time: then what is kept of the older ones is taken as it is. */
export async function readShelf(
  world: RecordWorld,
  shelf: Shelf,
  isOver: () => boolean = () => false,
): Promise<Shelved> {
  const places = [...world.store.places().values()].sort((a, b) => (a.id < b.id ? 1 : -1))
  const file = keptFile(world, shelf.name)
  const format = `${shelf.name} ${shelf.version}`
  const known = file === undefined ? new Map<string, Kept>() : readKept(file, format)
  const { kept, stale } = await sorted(world, { places, known, isOver })
  const warnings: string[] = []
  let looked = 0
  for (; looked < stale.length && (looked === 0 || !isOver()); looked += BATCH) {
    const batch = stale.slice(looked, looked + BATCH)
    for await (const { id, key, record, problems } of readRecords(world, batch)) {
      const made = record === undefined ? undefined : madeOf(shelf, record)
      if (typeof made === 'string') kept.set(id, { key, payload: lineOf(problems, made) })
      else warnings.push(...toldOf(id, made === undefined ? problems : [made.problem]))
    }
  }
  const inOrder = new Map(places.flatMap(({ id }) => entryOf(kept, id)))
  const isSame = looked === 0 && known.size === kept.size
  if (file !== undefined && !isSame) writeKept(file, format, inOrder)
  const read = opened(inOrder)
  const unread = Math.max(0, places.length - inOrder.size - warnings.length)
  return { payloads: read.payloads, warnings: [...warnings, ...read.warnings], unread }
}

/** Lines are decoded lightly: the record of somebody else may hold anything where a text should be. */
function madeOf(shelf: Shelf, record: WholeRecord): string | { problem: string } {
  try {
    return shelf.make(record)
  } catch (error) {
    const { id } = record.state
    return { problem: `not understood (${(error as Error).message}): hotwash audit verify ${id}` }
  }
}

const entryOf = (kept: ReadonlyMap<string, Kept>, id: string): [string, Kept][] => {
  const one = kept.get(id)
  return one === undefined ? [] : [[id, one]]
}

/** Made anew the next time. */
const UNSETTLED = '-'

type Stale = { id: string; key: string; source: ReportSource }

type Looking = {
  places: readonly Place[]
  known: ReadonlyMap<string, Kept>
  isOver: () => boolean
}

/** What holds, and what has to be read. */
async function sorted(
  world: RecordWorld,
  { places, known, isOver }: Looking,
): Promise<{ kept: Map<string, Kept>; stale: Stale[] }> {
  const sourceOf = await reportSources(world, { live: places.some(({ live }) => live) })
  const nowMs = world.clock.now()
  const kept = new Map<string, Kept>()
  const stale: Stale[] = []
  for (const [index, place] of places.entries()) {
    const was = known.get(place.id)
    if (index >= BATCH && isOver()) {
      if (was !== undefined) kept.set(place.id, was)
      continue
    }
    const source = sourceOf(place)
    const logs = logsKey(place.dir, { was: withoutReport(was?.key), nowMs })
    const key = logs === undefined ? UNSETTLED : `${logs} ${source.key}`
    if (was?.key === key && logs !== undefined) kept.set(place.id, was)
    else stale.push({ id: place.id, key, source })
  }
  return { kept, stale }
}

/** Of the logs; behind it stands the key of the report. */
const withoutReport = (key: string | undefined): string | undefined =>
  key?.slice(0, key.lastIndexOf(' '))

const toldOf = (id: string, problems: readonly string[]): string[] =>
  problems.map((problem) => `${id}: ${problem}`)

/** What could not be understood of a record is told each time, also when it is not read again. */
const lineOf = (problems: readonly string[], made: string): Buffer =>
  payloadOf(`${problems.length === 0 ? '' : JSON.stringify(problems)}\t${made}`)

function opened(kept: ReadonlyMap<string, Kept>): Pick<Shelved, 'payloads' | 'warnings'> {
  const payloads = new Map<string, Buffer>()
  const warnings: string[] = []
  for (const [id, { payload }] of kept) {
    const tab = payload.indexOf('\t')
    if (tab > 0) warnings.push(...toldOf(id, JSON.parse(payload.toString('utf8', 0, tab))))
    payloads.set(id, payload.subarray(tab + 1))
  }
  return { payloads, warnings }
}
