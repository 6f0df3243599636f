/** An incident with a report of a given head, in a repository of its own. */
import type { Journal } from '../../../src/ports/journal.ts'
import { placeOfReport } from '../../../src/usecases/report/report-place.ts'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { syncRecord } from '../../../src/usecases/sync-record.ts'
import type { TestDraft } from '../../events.ts'
import { openLab, type Lab, type LabOptions } from '../world.ts'

export type Reported = Lab & {
  journal: Journal
  /** Replaces the report. */
  report(head: string, body?: string): Promise<void>
  /** A journal opened anew, as the next command would. */
  events(): readonly { type: string; data: object }[]
}

export const reported = async (
  head: string,
  options: LabOptions & { drafts?: readonly TestDraft[]; title?: string } = {},
): Promise<Reported> => {
  const lab = await openLab(options)
  const world = recordWorldOf(lab.world)
  const title = options.title ?? 'Login fails'
  const journal = world.store.create({ title })
  journal.append({ type: 'incident.declared', data: { title, severity: 'SEV2' } })
  for (const { actor: _, afterMs: __, clock: ___, ...draft } of options.drafts ?? [])
    journal.append(draft)
  await syncRecord(world, journal)
  const report = async (head: string, body = '# Login fails\n'): Promise<void> => {
    const place = await placeOfReport(world, journal)
    const text = `---\nhotwash: 1\n${head}---\n${body}`
    const message = `post-mortem: edited\n\nIncident: ${journal.incident}\n`
    const written = await place.write({ text, was: await place.read(), message })
    if (!written) throw new Error('the report was not written')
  }
  await report(head)
  return {
    ...lab,
    journal,
    report,
    events: () => recordWorldOf(lab.world).store.open(journal.incident).events(),
  }
}
