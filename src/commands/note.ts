import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { rowFlags, type RowFlags } from '../cli/row-flags.ts'
import { incidentFlag, sourceFlag, TIMES } from '../cli/shared-flags.ts'
import { EXIT } from '../errors.ts'
import { momentInWords } from '../incident/duration.ts'

export default class Note extends BaseCommand {
  static override description =
    'Works from any terminal, also while a run goes on. A note cannot be taken back, only corrected: the log only grows, and both texts stay visible.'
  static override examples = [
    '<%= config.bin %> note "support confirms: logins work again" --at 14:05',
    '<%= config.bin %> note "the pool of the login service was restarted" --corrects e12',
    '<%= config.bin %> note --corrects e12 --at 14:02',
    '<%= config.bin %> note --from chat.txt --day 2026-11-20 --zone Europe/Berlin --plan',
    '<%= config.bin %> note "pool was at its limit" --step before --incident 2026-11-21-login-outage',
  ]
  static override usage = [
    'note TEXT [--at TIME] [--source TEXT] [--step ID | --corrects e12] [--incident ID]',
    'note --from FILE [--day DAY] [--zone ZONE] [--plan | --skip] [--incident ID]',
  ]
  static override args = {
    text: Args.string({ description: 'what happened, in a sentence', ignoreStdin: true }),
  }
  static override flags = {
    ...incidentFlag,
    at: Flags.string({ helpValue: 'TIME', description: `when it happened, if not now: ${TIMES}` }),
    ...sourceFlag,
    step: Flags.string({ helpValue: 'ID', description: 'the step that it is about' }),
    corrects: Flags.string({
      helpValue: 'e12',
      description: 'the note that this one corrects, as the report cites it',
    }),
    ...rowFlags,
  }

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(Note)
    if (flags.from !== undefined) return this.#many({ ...flags, from: flags.from }, args.text)
    const { addNote } = await import('../usecases/incident/add-note.ts')
    const { publishWarnings } = await import('../usecases/publish-now.ts')
    const noted = await addNote(await this.recordWorld(), {
      text: args.text,
      incident: flags.incident,
      at: flags.at,
      source: flags.source,
      step: flags.step,
      corrects: flags.corrects,
    })
    return {
      json: noted,
      text: `noted ${noted.mark} at ${momentInWords(noted.at, noted.precision)} in ${noted.incident}`,
      warnings: publishWarnings(noted.record),
    }
  }

  async #many(flags: RowFlags, text: string | undefined): Promise<CommandResult> {
    const { addNotes } = await import('../usecases/incident/add-notes.ts')
    const { notesLines, notUnderstood } = await import('../usecases/incident/notes-lines.ts')
    const { publishWarnings } = await import('../usecases/publish-now.ts')
    const { readInput } = await import('../cli/read-input.ts')
    const { incident, day, zone, source, skip } = flags
    const world = await this.recordWorld()
    const input = await readInput(flags.from)
    const options = { incident, day, zone, source, skip, dryRun: flags.plan }
    const added = await addNotes(world, { ...options, text: input, note: text })
    const found = notUnderstood(added, skip)
    return {
      json: added,
      text: notesLines(added).join('\n'),
      ...(found !== undefined && { exitCode: EXIT.found, error: { code: 'FOUND', ...found } }),
      warnings: added.record === undefined ? [] : publishWarnings(added.record),
    }
  }
}
