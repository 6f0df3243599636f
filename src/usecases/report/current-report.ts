/**
 * The report of an incident as it is now, with what its head says: for everything that reads what
 * people wrote.
 */
import type { Issue } from '../../errors.ts'
import type { Journal } from '../../ports/journal.ts'
import {
  parseFrontMatter,
  type ParsedHead,
} from '../../postmortem/front-matter/parse-front-matter.ts'
import type { FrontMatter } from '../../postmortem/front-matter/schema.ts'
import { sha256 } from '../../runbook/digest.ts'
import type { RecordWorld } from '../record-world.ts'
import { placeOfReport, type ReportPlace } from './report-place.ts'

export type CurrentReport = {
  place: ReportPlace
  text: string
  /** undefined: there is none, or it has errors. */
  head: FrontMatter | undefined
  /** What is wrong with the head, at its place in `place.path`. */
  issues: Issue[]
  placeOf: ParsedHead['placeOf']
  sha256: string
}

/** undefined: nobody has drafted one, or it was deleted. Writes nothing; also in a fresh clone. */
export const currentReport = async (
  world: RecordWorld,
  journal: Journal,
): Promise<CurrentReport | undefined> => {
  const place = await placeOfReport(world, journal, { reading: true })
  const text = await place.read()
  return text === undefined ? undefined : readReport(text, place)
}

export const readReport = (text: string, place: ReportPlace): CurrentReport => {
  // Some editors begin a file with a mark of its byte order.
  const parsed = parseFrontMatter(text.replace(/^\uFEFF/, ''), place.path)
  return { place, text, ...parsed, sha256: sha256(text) }
}
