/** `search`: words in the titles, timelines, reports and runbooks of all incidents. */
import { fold } from '../../catalog/fold.ts'
import { passagesOf, type Passage, type PlaceName } from '../../catalog/passages.ts'
import { hitsIn, termsOf, type Hit, type Term } from '../../catalog/search.ts'
import { HotwashError } from '../../errors.ts'
import { elsewhereWarnings, elsewhereOf } from './read-catalog.ts'
import { readShelf, type Shelf } from './read-shelf.ts'
import type { RecordWorld } from '../record-world.ts'

export type SearchRequest = {
  query: string
  /** undefined: everywhere. */
  in: readonly PlaceName[] | undefined
  /** Incidents that are shown. */
  most: number
}

export type FoundIncident = {
  incident: string
  title: string
  hits: Hit[]
}

export type Found = {
  /** Newest first. */
  incidents: FoundIncident[]
  /** How many hold all the words, shown or not. */
  matches: number
  /** Among how many. */
  of: number
  warnings: string[]
}

const TEXTS: Shelf = {
  name: 'texts',
  version: 2,
  make: ({ events, state, report }) =>
    JSON.stringify({ title: state.title, passages: passagesOf({ events, state, report }) }),
}

const MOST_HITS = 3

export async function searchRecords(world: RecordWorld, request: SearchRequest): Promise<Found> {
  const terms = termsOf(request.query)
  if (terms.length === 0) {
    throw new HotwashError('USAGE', `"${request.query}" has no word to look for`, {
      hint: 'words, "a phrase", or the beginning of a word: hotwash search migrat*',
    })
  }
  const { payloads, warnings } = await readShelf(world, TEXTS)
  const incidents: FoundIncident[] = []
  let matches = 0
  for (const [incident, payload] of payloads) {
    const line = payload.toString('utf8')
    if (!mayHold(line, terms)) continue
    const { title, passages } = JSON.parse(line) as { title: string; passages: Passage[] }
    const looked = passages.filter(({ in: place }) => request.in?.includes(place) ?? true)
    const hits = hitsIn(looked, terms, MOST_HITS)
    if (hits === undefined) continue
    matches += 1
    if (incidents.length < request.most) incidents.push({ incident, title, hits })
  }
  return {
    incidents,
    matches,
    of: payloads.size,
    warnings: [...warnings, ...elsewhereWarnings(elsewhereOf(world, payloads))],
  }
}

/** Without parsing it: most incidents do not have the words at all. */
function mayHold(line: string, terms: readonly Term[]): boolean {
  const folded = fold(line)
  return terms.every(({ text }) => text.split(' ').every((word) => folded.includes(word)))
}
