/** What `audit verify` says of published files: whether they are still what was published. */
import type { EventOf } from '../../incident/event.ts'
import type { Journal } from '../../ports/journal.ts'
import { sha256 } from '../../runbook/digest.ts'
import type { RecordWorld } from '../record-world.ts'
import { placeOfReport } from '../report/report-place.ts'

/** Notes and no problems: a public text is no part of the log, and people may take it back. */
export const publishedNotes = async (world: RecordWorld, journal: Journal): Promise<string[]> => {
  const last = journal
    .events()
    .findLast(
      (event): event is EventOf<'postmortem.published'> => event.type === 'postmortem.published',
    )
  const folder = `${world.store.recordPath(journal.incident)}/`
  const notes: string[] = []
  for (const file of last?.data.files ?? []) {
    if (!file.path.startsWith(folder)) continue
    const name = file.path.slice(folder.length)
    const place = await placeOfReport(world, journal, { reading: true, name })
    const text = await place.read()
    const on = last?.at.slice(0, 10) ?? ''
    if (text === undefined) notes.push(`${file.path}, published on ${on}, is gone`)
    else if (sha256(text) !== file.sha256)
      notes.push(`${file.path} differs from what was published on ${on}`)
  }
  return notes
}
