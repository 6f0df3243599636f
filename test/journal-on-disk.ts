/** The live journal of a place, read as files: what the tool says about it proves nothing. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Place } from './hotwash.ts'

type Where = Pick<Place, 'dir'>

type Line = {
  type: string
  seq: number
  clock: number
  step?: string
  actor: { name: string; email: string }
  data: Record<string, unknown>
}

const journals = (place: Where): string => join(place.dir, '.git', 'hotwash')

const hasLog = (folder: string): boolean => existsSync(folder) && readdirSync(folder).length > 0

/** Ids of all incidents that have an event here. */
export const incidentsOf = (place: Where): string[] =>
  existsSync(journals(place))
    ? readdirSync(journals(place)).filter((name) => hasLog(join(journals(place), name, 'log')))
    : []

export const incidentOf = (place: Where): string => incidentsOf(place)[0] ?? ''

export const journalOf = (place: Where): string => join(journals(place), incidentOf(place))

/** Paths of the log files, one a writer. */
export function logsOf(place: Where): string[] {
  const folder = join(journalOf(place), 'log')
  return readdirSync(folder).map((name) => join(folder, name))
}

/** Pids of the children that a resume would look for: noted down just after they were started. */
export function childrenOf(place: Where): number[] {
  const file = join(journalOf(place), 'local', 'process.json')
  if (!existsSync(file)) return []
  const works = JSON.parse(readFileSync(file, 'utf8')) as { children: { pid: number }[] }[]
  return works.flatMap(({ children }) => children.map(({ pid }) => pid))
}

/** Whole lines only, as a reader of a log that still grows sees them. */
export const eventsOf = (place: Where): Line[] =>
  logsOf(place)
    .flatMap((log) => readFileSync(log, 'utf8').split('\n').slice(0, -1))
    .map((line) => JSON.parse(line) as Line)
    .sort((a, b) => a.clock - b.clock || a.seq - b.seq)
