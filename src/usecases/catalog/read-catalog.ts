/**
 * Summaries of all incidents that can be read here: those with a journal on this machine, and the
 * records in `incidents/<year>/<id>/` of the work tree, as in a fresh clone. Records that are only on
 * branches are counted, not read, as in `list`.
 */
import { bagLine, bagOf } from '../../catalog/bag.ts'
import { summarize, type Summary } from '../../catalog/summary.ts'
import { incidentBranches } from '../../record/git/branches.ts'
import { readShelf, type Shelf } from './read-shelf.ts'
import type { RecordWorld } from '../record-world.ts'

export type Catalog = {
  /** Oldest first. */
  incidents: Summary[]
  /** What could not be read, by incident; it hides no other one. */
  warnings: string[]
  /** How many incidents are only on branches that are not checked out: they were not looked at. */
  elsewhere: number
}

/** The same for who needs few of the summaries: they are parsed when they are asked for. */
export type LightCatalog = Omit<Catalog, 'incidents'> & {
  /** Id and words of each, as `likeTo` takes them, newest id first. */
  bags: () => Iterable<[string, string]>
  summaryOf: (id: string) => Summary
  /** Incidents that there was no time for. */
  unread: number
  count: number
}

const SUMMARIES: Shelf = {
  name: 'summaries',
  version: 3,
  make: (record) => `${bagLine(bagOf(record))}\t${JSON.stringify(summarize(record))}`,
}

export async function readCatalog(world: RecordWorld): Promise<Catalog> {
  const { payloads, warnings } = await readShelf(world, SUMMARIES)
  return {
    incidents: [...payloads.values()].map(summaryIn).sort(byAge),
    warnings,
    elsewhere: elsewhereOf(world, payloads),
  }
}

/** `isOver` tells that there is no more time. */
export async function readLightly(
  world: RecordWorld,
  isOver?: () => boolean,
): Promise<LightCatalog> {
  const { payloads, warnings, unread } = await readShelf(world, SUMMARIES, isOver)
  return {
    *bags() {
      for (const [id, payload] of payloads)
        yield [id, payload.toString('utf8', 0, payload.indexOf('\t'))]
    },
    summaryOf: (id) => summaryIn(payloads.get(id) ?? Buffer.alloc(0)),
    count: payloads.size,
    warnings,
    unread,
    elsewhere: elsewhereOf(world, payloads),
  }
}

const summaryIn = (payload: Buffer): Summary =>
  JSON.parse(payload.toString('utf8', payload.indexOf('\t') + 1)) as Summary

const byAge = (a: Summary, b: Summary): number =>
  a.declaredAt < b.declaredAt ? -1 : a.declaredAt > b.declaredAt ? 1 : a.id < b.id ? -1 : 1

export const elsewhereOf = (
  { repository }: Pick<RecordWorld, 'repository'>,
  here: ReadonlyMap<string, unknown>,
): number =>
  repository === undefined
    ? 0
    : [...incidentBranches(repository.commonDir).keys()].filter((id) => !here.has(id)).length

/** As a warning: numbers without them are not those of everybody. */
export const elsewhereWarnings = (count: number): string[] =>
  count === 0
    ? []
    : [
        `${count} more incident${count === 1 ? ' is' : 's are'} on branches that are not checked out, and not looked at: hotwash list`,
      ]
