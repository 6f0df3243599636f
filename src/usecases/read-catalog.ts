/**
 * Summaries of all incidents that can be read here: those with a journal on this machine, and the
 * records in `incidents/<year>/<id>/` of the work tree, as in a fresh clone. Records that are only on
 * branches are counted, not read, as in `list`. What was read is kept outside git, and read again
 * only where a log or a report has changed.
 */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { summarize, type Summary } from '../catalog/summary.ts'
import { HotwashError } from '../errors.ts'
import type { IncidentEvent } from '../incident/event.ts'
import type { IncidentState } from '../incident/state.ts'
import type { FrontMatter } from '../postmortem/front-matter/schema.ts'
import { sha256 } from '../runbook/digest.ts'
import { incidentBranches } from '../record/branches.ts'
import type { Place } from '../record/places.ts'
import { readKept, writeKept, type Kept } from './kept-lines.ts'
import type { RecordWorld } from './record-world.ts'
import { readReports, reportSources, type ReportSource } from './report-sources.ts'

export type Catalog = {
  /** Oldest first. */
  incidents: Summary[]
  /** What could not be read, by incident; it hides no other one. */
  warnings: string[]
  /** How many incidents are only on branches that are not checked out: they were not looked at. */
  elsewhere: number
}

/** All that the record says of one incident. */
export type WholeRecord = {
  events: readonly IncidentEvent[]
  state: IncidentState
  /** Text of postmortem.md, and its head where it has a sound one. */
  report: string | undefined
  head: FrontMatter | undefined
}

/** One way to keep something of every incident. */
export type Shelf = {
  name: string
  /** Raised when `make` gives something else for the same record. */
  version: number
  /** One line of text. */
  make: (record: WholeRecord) => string
}

export type Shelved = {
  /** What the shelf keeps, by id, in the order of the ids. */
  payloads: Map<string, string>
  warnings: string[]
}

const SUMMARIES: Shelf = {
  name: 'summaries',
  version: 2,
  make: (record) => JSON.stringify(summarize(record)),
}

/** How many records are held in memory at once while they are read for the first time. */
const BATCH = 200

export async function readCatalog(world: RecordWorld): Promise<Catalog> {
  const { payloads, warnings } = await readShelf(world, SUMMARIES)
  const incidents = [...payloads.values()].map((payload) => JSON.parse(payload) as Summary)
  return { incidents: incidents.sort(byAge), warnings, elsewhere: elsewhere(world, payloads) }
}

const byAge = (a: Summary, b: Summary): number =>
  a.declaredAt < b.declaredAt ? -1 : a.declaredAt > b.declaredAt ? 1 : a.id < b.id ? -1 : 1

const elsewhere = ({ repository }: RecordWorld, here: ReadonlyMap<string, string>): number =>
  repository === undefined
    ? 0
    : [...incidentBranches(repository.commonDir).keys()].filter((id) => !here.has(id)).length

export async function readShelf(world: RecordWorld, shelf: Shelf): Promise<Shelved> {
  const places = [...world.store.places().values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  const sources = await reportSources(world, places)
  const file = cacheFile(world, shelf)
  const format = `${shelf.name} ${shelf.version}`
  const known = file === undefined ? new Map<string, Kept>() : readKept(file, format)
  const kept = new Map<string, Kept>()
  const stale: (Place & { key: string })[] = []
  for (const place of places) {
    const key = `${logsKey(place.dir)} ${sources.get(place.id)?.key ?? '-'}`
    const was = known.get(place.id)
    if (was?.key === key) kept.set(place.id, was)
    else stale.push({ ...place, key })
  }
  const warnings: string[] = []
  for (let at = 0; at < stale.length; at += BATCH) {
    const batch = stale.slice(at, at + BATCH)
    const records = await readRecords(world, batch, sources)
    // What is held weakly is held until the event loop turns: else all records stay in memory.
    await setImmediate()
    for (const { id, key } of batch) {
      const read = records.get(id)
      if (read === undefined) continue
      if (read.record === undefined) warnings.push(...toldOf(id, read.problems))
      else kept.set(id, { key, payload: withProblems(read.problems, shelf.make(read.record)) })
    }
  }
  const inOrder = places.flatMap(({ id }) => {
    const one = kept.get(id)
    return one === undefined ? [] : [[id, one] as const]
  })
  const isSame = stale.length === 0 && known.size === kept.size
  if (file !== undefined && !isSame) writeKept(file, format, new Map(inOrder))
  const payloads = new Map<string, string>()
  for (const [id, { payload }] of inOrder) {
    const tab = payload.indexOf('\t')
    if (tab > 0) warnings.push(...toldOf(id, JSON.parse(payload.slice(0, tab)) as string[]))
    payloads.set(id, payload.slice(tab + 1))
  }
  return { payloads, warnings }
}

const toldOf = (id: string, problems: readonly string[]): string[] =>
  problems.map((problem) => `${id}: ${problem}`)

/** What could not be understood of a record is told each time, also when it is not read again. */
const withProblems = (problems: readonly string[], payload: string): string =>
  `${problems.length === 0 ? '' : JSON.stringify(problems)}\t${payload}`

/** Beside the journals: private, and gone when the repository is. One for each work tree. */
function cacheFile({ repository, root }: RecordWorld, { name }: Shelf): string | undefined {
  if (repository === undefined) return undefined
  return join(repository.commonDir, 'hotwash', 'catalog', sha256(root).slice(0, 12), name)
}

function logsKey(dir: string): string {
  const folder = join(dir, 'log')
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => {
        const { size, mtimeMs } = statSync(join(folder, name))
        return `${name}:${size}:${mtimeMs}`
      })
      .join(' ')
  } catch {
    // Reading it says why.
    return ''
  }
}

type Read = { record: WholeRecord | undefined; problems: string[] }

async function readRecords(
  world: RecordWorld,
  places: readonly Place[],
  sources: ReadonlyMap<string, ReportSource>,
): Promise<Map<string, Read>> {
  const wanted = places.flatMap(({ id }) => {
    const source = sources.get(id)
    return source === undefined ? [] : [[id, source] as const]
  })
  const reports = await readReports(world, new Map(wanted))
  const records = new Map<string, Read>()
  for (const { id } of places) records.set(id, await readRecord(world, id, reports.get(id)))
  return records
}

async function readRecord(
  world: RecordWorld,
  id: string,
  report: string | undefined,
): Promise<Read> {
  try {
    const journal = world.store.open(id)
    const damage = journal.damage?.()
    const { head, problem } = await headOf(report, `${world.store.recordPath(id)}/postmortem.md`)
    return {
      record: { events: journal.events(), state: journal.state(), report, head },
      problems: [damage, problem].filter((text) => text !== undefined),
    }
  } catch (error) {
    const isOfFile = (error as NodeJS.ErrnoException).syscall !== undefined
    if (!(error instanceof HotwashError) && !isOfFile) throw error
    return { record: undefined, problems: [(error as Error).message] }
  }
}

async function headOf(
  report: string | undefined,
  path: string,
): Promise<{ head: FrontMatter | undefined; problem: string | undefined }> {
  if (report === undefined) return { head: undefined, problem: undefined }
  const { parseFrontMatter } = await import('../postmortem/front-matter/parse-front-matter.ts')
  // Some editors begin a file with a mark of its byte order.
  const { head, issues } = parseFrontMatter(report.replace(/^\uFEFF/, ''), path)
  const [first] = issues
  if (head !== undefined || first === undefined) return { head, problem: undefined }
  const { line, column } = first.place
  return {
    head,
    problem: `the head of its report cannot be read: ${path}:${line}:${column}: ${first.message}`,
  }
}
