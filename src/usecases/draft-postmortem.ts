/**
 * Writes the report from the record. A report that a person has changed since is never
 * overwritten: then the new text is put beside the journal, and exit 9 says where.
 */
import { join } from 'node:path'
import { HotwashError } from '../errors.ts'
import type { Journal } from '../ports/journal.ts'
import { onDisk, writeDurably } from '../record/disk.ts'
import { GitTrouble } from '../record/incident-branch.ts'
import { sha256 } from '../runbook/digest.ts'
import { pickIncident } from './pick-incident.ts'
import { publishWarnings } from './publish-now.ts'
import { placeOfReport, type ReportPlace } from './report-place.ts'
import { DEFAULT_TEMPLATE, renderReport, type ReportWorld } from './report-text.ts'
import { syncRecord } from './sync-record.ts'

export type Drafted = {
  incident: string
  /** Relative to the repository's root, on `branch`. */
  path: string
  branch: string | null
  template: string
  sha256: string
  /** Three-way merging with what people wrote is not built yet: always false, and no conflicts. */
  merged: false
  conflicts: 0
  /** Absolute path, where the report is a file in a work tree or folder. */
  file: string | undefined
  text: string
  warnings: string[]
}

export const draftPostmortem = async (
  world: ReportWorld,
  request: { incident: string | undefined; template?: string | undefined },
): Promise<Drafted> => {
  const template = request.template ?? DEFAULT_TEMPLATE
  const journal = world.store.open(pickIncident(world.store, request.incident))
  // Committed first, so that the footnotes can name the commits.
  await committed(world, journal)
  return orGitTrouble(async () => {
    const place = await placeOfReport(world, journal)
    const { text, warnings } = await renderReport(world, journal, { template, ref: place.ref })
    const digest = sha256(text)
    const was = await place.read()
    if (was !== text) {
      if (was !== undefined && !rendered(journal).has(sha256(was)))
        throw edited(journal, place, text)
      // The event comes first: a report that is written without it would count as a person's.
      journal.append({
        type: 'postmortem.rendered',
        data: { path: place.path, template, sha256: digest },
      })
      const message = `post-mortem: drafted with template ${template}\n\nIncident: ${journal.incident}\n`
      if (!(await place.write({ text, was, message }))) throw edited(journal, place, text)
    }
    const notCommitted = await committed(world, journal)
    return {
      incident: journal.incident,
      path: place.path,
      branch: place.branch ?? null,
      template,
      sha256: digest,
      merged: false,
      conflicts: 0,
      file: place.file,
      text,
      warnings: [...warnings, ...notCommitted],
    }
  })
}

/** What git could not do is a warning: a report can be written without it. */
const committed = async (world: ReportWorld, journal: Journal): Promise<string[]> => {
  try {
    return publishWarnings(await syncRecord(world, journal))
  } catch (error) {
    if (error instanceof HotwashError || error instanceof GitTrouble) return [error.message]
    throw error
  }
}

/** Digests of all reports that hotwash itself has written for this incident. */
const rendered = (journal: Journal): Set<string> =>
  new Set(
    journal
      .events()
      .flatMap((event) => (event.type === 'postmortem.rendered' ? [event.data.sha256] : [])),
  )

const edited = (journal: Journal, place: ReportPlace, text: string): HotwashError => {
  const file = keepBeside(journal, 'postmortem.new.md', text)
  const where = place.branch === undefined ? place.path : `${place.path} on ${place.branch}`
  return new HotwashError('FOUND', `${where} was changed by people since it was drafted`, {
    hint: `nothing was overwritten; the new draft is in ${file}: take over what you need with hotwash postmortem edit`,
  })
}

/** A text that must not be lost and has no place of its own; never committed. */
export const keepBeside = (journal: Journal, name: string, text: string): string => {
  const file = join(journal.dir, 'local', name)
  onDisk(file, () => writeDurably(file, Buffer.from(text)))
  return file
}

/** Git not working is told as what it is. */
export const orGitTrouble = async <T>(act: () => Promise<T>): Promise<T> => {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof GitTrouble)) throw error
    throw new HotwashError('JOURNAL', `git could not do its part: ${error.message}`, {
      hint: 'the record itself is safe; run the command again',
      cause: error,
    })
  }
}
