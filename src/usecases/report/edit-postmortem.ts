/**
 * Opens the report in the person's editor, on a private copy, and puts what they wrote on the
 * branch. Their own branch, index and work tree stay as they are.
 */
import { HotwashError, type Issue } from '../../errors.ts'
import type { Journal } from '../../ports/journal.ts'
import { conflictsIn } from '../../postmortem/merge/markers.ts'
import { marksIn } from '../../postmortem/to-write.ts'
import { sha256 } from '../../runbook/digest.ts'
import { keepBeside, orGitTrouble } from './report-trouble.ts'
import { readReport } from './current-report.ts'
import { openForReport } from '../take-up.ts'
import { placeOfReport, type ReportPlace } from './report-place.ts'
import { readPending, savePending, type PendingMerge } from './pending-merge.ts'
import { renderPostmortem } from './render-postmortem.ts'
import type { ReportWorld } from './report-text.ts'
import { noReport } from './show-postmortem.ts'
import type { World } from '../world.ts'

/** Files for the private copy, the operator to lend the terminal. */
export type EditWorld = ReportWorld & Pick<World, 'ports' | 'operator'>

export type Edited = {
  incident: string
  path: string
  branch: string | null
  sha256: string
  changed: boolean
  /** What is wrong with the head; the text is saved all the same. */
  issues: Issue[]
  /** Names of the places that still wait for words. */
  to_write: string[]
  /** Of a merge that waits to be resolved: how many conflicts are left in it. */
  conflicts: number
}

const MAX_BYTES = 16_000_000

export const editPostmortem = async (
  world: EditWorld,
  request: { incident: string | undefined },
): Promise<Edited> => {
  return orGitTrouble(async () => {
    const { journal } = await openForReport(world, request.incident)
    const place = await placeOfReport(world, journal)
    const was = await place.read()
    if (was === undefined) throw noReport(journal.incident)
    const pending = readPending(journal)
    if (pending?.yours === sha256(was)) return resolveMerge(world, journal, { place, pending })
    const text = await editedText(world, journal, { place, text: was })
    if (text === was) return { ...editedOf(journal, place, text), changed: false }
    const message = `post-mortem: edited by ${world.actor.name || world.actor.email}\n\nIncident: ${journal.incident}\n`
    if (!(await place.write({ text, was, message }))) throw overtaken(journal, text)
    return { ...editedOf(journal, place, text), changed: true }
  })
}

const editedText = async (
  world: EditWorld,
  journal: Journal,
  { place, text }: { place: ReportPlace; text: string },
): Promise<string> => {
  const editor = editorOf(world, journal.incident, place)
  const edited = world.redactor.mask(await edit(world, { editor, text, journal }))
  if (edited.trim() === '' && edited !== text) throw empty(journal.incident)
  return edited
}

const editedOf = (
  { incident }: Journal,
  place: ReportPlace,
  text: string,
): Omit<Edited, 'changed'> => ({
  incident,
  path: place.path,
  branch: place.branch ?? null,
  sha256: sha256(text),
  issues: readReport(text, place).issues,
  to_write: marksIn(text),
  conflicts: 0,
})

/** What is left of the conflicts is kept for the next time; without any, the report is rendered. */
const resolveMerge = async (
  world: EditWorld,
  journal: Journal,
  { place, pending }: { place: ReportPlace; pending: PendingMerge },
): Promise<Edited> => {
  const text = await editedText(world, journal, { place, text: pending.text })
  const conflicts = conflictsIn(text, [pending.generated]).length
  if (text !== pending.text) savePending(journal, text)
  if (conflicts > 0)
    return { ...editedOf(journal, place, text), issues: [], conflicts, changed: false }
  const rendering = await renderPostmortem(world, { incident: journal.incident })
  const { changed, conflicts: again } = rendering
  return { ...editedOf(journal, place, rendering.text), changed, conflicts: again }
}

const editorOf = (world: EditWorld, incident: string, place: ReportPlace): string => {
  const env = world.process.env()
  const editor = env['VISUAL']?.trim() || env['EDITOR']?.trim()
  const byHand = place.file ?? `git switch ${place.branch}, then ${place.path}`
  if (!world.operator.interactive)
    throw new HotwashError('WAITING', 'editing the post-mortem needs a terminal', {
      hint: `edit the file itself: ${byHand}`,
    })
  if (editor === undefined || editor === '')
    throw new HotwashError('WAITING', 'no editor is set: neither VISUAL nor EDITOR', {
      hint: `EDITOR=nano hotwash postmortem edit ${incident}, or edit the file itself: ${byHand}`,
    })
  return editor
}

const edit = async (
  world: EditWorld,
  from: { editor: string; text: string; journal: Journal },
): Promise<string> => {
  const file = await world.ports.files.privateFile('postmortem.md', from.text)
  try {
    const exit = await world.operator.lend(() =>
      world.process.run({
        // As git does: EDITOR may hold arguments (`code --wait`), and the path stays one word.
        argv: ['sh', '-c', `${from.editor} "$@"`, from.editor, file.path],
        cwd: world.cwd,
        env: world.process.env(),
        tty: true,
      }),
    )
    const text = await world.ports.files.readText(file.path, MAX_BYTES)
    if (exit.exitCode === 0) return text
    throw editorFailed(from, text, exit.notStarted ?? exit.signal ?? `exit code ${exit.exitCode}`)
  } finally {
    await file.remove()
  }
}

const editorFailed = (
  { editor, text: was, journal }: { editor: string; text: string; journal: Journal },
  text: string,
  how: string,
): HotwashError => {
  const kept =
    text === was
      ? ''
      : `; what you wrote is in ${keepBeside(journal, 'postmortem.edited.md', text)}`
  return new HotwashError('WAITING', `the editor ${editor} ended with ${how}`, {
    hint: `the post-mortem was not changed${kept}`,
  })
}

const empty = (incident: string): HotwashError =>
  new HotwashError('WAITING', 'the editor left an empty text', {
    hint: `the post-mortem was not changed; look at it with: hotwash postmortem show ${incident}`,
  })

const overtaken = (journal: Journal, text: string): HotwashError =>
  new HotwashError('FOUND', 'somebody else changed the post-mortem while you edited it', {
    hint: `nothing was overwritten; your text is in ${keepBeside(journal, 'postmortem.edited.md', text)}`,
  })
