/**
 * Which incidents are here, and where: the live journals of this machine, and the records of the work
 * tree that have none. Read from the folders alone, since every listing looks at all of them.
 */
import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { logNames } from './journal/logs.ts'
import { isIncidentId } from './names.ts'

/** `live`: it can be continued here; otherwise it came by git. */
export type Place = { id: string; dir: string; live: boolean }

export type Roots = {
  /** Of the work tree. */
  root: string
  /** Of the journals; undefined without a repository, where records are their own journals. */
  live: string | undefined
}

/** By id, in no order that means anything. */
export function placesHere({ root, live }: Roots): Map<string, Place> {
  const places = new Map<string, Place>()
  const journals = new Set(live === undefined ? [] : foldersOf(live).filter(isIncidentId))
  for (const id of journals) {
    const dir = join(live ?? '', id)
    if (logNames(join(dir, 'log')).length > 0) places.set(id, { id, dir, live: true })
  }
  const records = join(root, 'incidents')
  for (const year of foldersOf(records)) {
    for (const id of /^\d{4}$/.test(year) ? foldersOf(join(records, year)) : []) {
      if (!isIncidentId(id) || places.has(id)) continue
      const dir = join(records, year, id)
      if (live === undefined && logNames(join(dir, 'log')).length === 0) continue
      const journal = join(live ?? '', id)
      // A journal without an event yet is still the one that is opened.
      if (journals.has(id) && existsSync(join(journal, 'log')))
        places.set(id, { id, dir: journal, live: true })
      else places.set(id, { id, dir, live: live === undefined })
    }
  }
  return places
}

/** Oldest first; two of one day by when their log folders were made. */
export function byAge(places: ReadonlyMap<string, Place>): string[] {
  const born = new Map<string, number>()
  const bornMs = (id: string): number => {
    const known = born.get(id)
    if (known !== undefined) return known
    const log = join(places.get(id)?.dir ?? '', 'log')
    const ms = lstatSync(log, { throwIfNoEntry: false })?.birthtimeMs ?? 0
    born.set(id, ms)
    return ms
  }
  return [...places.keys()].sort((a, b) => {
    const isSameDay = a.slice(0, 10) === b.slice(0, 10)
    return (isSameDay ? bornMs(a) - bornMs(b) : 0) || (a < b ? -1 : 1)
  })
}

function foldersOf(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => entry.name)
  } catch {
    return []
  }
}
