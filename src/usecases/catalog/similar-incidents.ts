/** `similar`: earlier incidents that are like one of them, or like what somebody types. */
import { bagOf, bagOfText, type Bag } from '../../catalog/bag.ts'
import { similarTo, type Similar } from '../../catalog/similar.ts'
import { HotwashError } from '../../errors.ts'
import { noIncident } from '../../record/git/branches.ts'
import { isIncidentId } from '../../record/names.ts'
import { pickIncident } from '../pick-incident.ts'
import { elsewhereWarnings, readLightly } from './read-catalog.ts'
import { readRecords } from './read-records.ts'
import type { RecordWorld } from '../record-world.ts'
import { reportSources } from './report-sources.ts'

export type Likeness = {
  /** The incident that was asked about, or the words. */
  incident: string | undefined
  text: string | undefined
  similar: Similar[]
  /** Among how many incidents. */
  of: number
  warnings: string[]
}

/** `words`: an id, or a text; none: the open incident, else the newest. */
export async function similarIncidents(
  world: RecordWorld,
  { words, most }: { words: readonly string[]; most: number },
): Promise<Likeness> {
  const incident = incidentMeant(world, words)
  const text = incident === undefined ? words.join(' ') : undefined
  const asked = incident === undefined ? bagOfText(words.join(' ')) : await bagOne(world, incident)
  if (text !== undefined && asked.size === 0 && words.length > 0) throw nothingAsked(text)
  const { bags, summaryOf, count, warnings, elsewhere } = await readLightly(world)
  const similar = similarTo(asked, { bags, summaryOf }, { most, except: incident })
  return {
    incident,
    text,
    similar,
    of: incident === undefined ? count : count - 1,
    warnings: [...warnings, ...elsewhereWarnings(elsewhere)],
  }
}

const nothingAsked = (text: string): HotwashError =>
  new HotwashError('USAGE', `"${text}" has no word to go by`, {
    hint: 'say what is wrong in a few words: hotwash similar "login answers 500"',
  })

/** undefined: words were typed, or there is no incident at all. */
function incidentMeant({ store }: RecordWorld, words: readonly string[]): string | undefined {
  const [only = '', ...more] = words
  if (words.length === 0)
    return store.places().size === 0 ? undefined : pickIncident(store, undefined)
  if (more.length > 0 || !isIncidentId(only)) return undefined
  if (store.places().has(only)) return only
  throw noIncident(only, { branch: store.branches().get(only) })
}

/** Read anew and not from what is kept: its words as they were written are the reasons to be told. */
async function bagOne(world: RecordWorld, id: string): Promise<Bag> {
  const place = world.store.places().get(id)
  if (place === undefined) return new Map()
  const sourceOf = await reportSources(world, { live: place.live })
  const problems: string[] = []
  for await (const read of readRecords(world, [{ id, source: sourceOf(place) }])) {
    if (read.record !== undefined) return bagOf(read.record)
    problems.push(...read.problems)
  }
  throw new HotwashError('NOT_VERIFIED', `incident ${id} cannot be read: ${problems[0] ?? ''}`, {
    hint: `see what is wrong with: hotwash audit verify ${id}`,
  })
}
