import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { incidentArgument } from '../cli/shared-flags.ts'
import { EXIT } from '../errors.ts'

export default class Close extends BaseCommand {
  static override description =
    'Ends the record of a resolved incident. With --merge its branch is merged into the default branch: only in a clean work tree, and it is the one command that moves HEAD; else it prints the git command.'
  static override examples = [
    '<%= config.bin %> close',
    '<%= config.bin %> close 2026-11-21-login-outage --merge',
  ]
  static override args = incidentArgument
  static override flags = {
    merge: Flags.boolean({ description: 'merge the incident branch into the default branch' }),
    reason: Flags.string({ helpValue: 'TEXT', description: 'anything to say at the end' }),
  }

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(Close)
    const { closeIncident } = await import('../usecases/incident/end-incident.ts')
    const { publishWarnings } = await import('../usecases/publish-now.ts')
    const world = await this.recordWorld()
    const closed = await closeIncident(world, { incident: args.incident, reason: flags.reason })
    const { incident, already, record } = closed
    const merge = flags.merge
      ? await (await import('../usecases/merge-record.ts')).mergeRecord(world, incident)
      : undefined
    const closedText = `${incident} ${already ? 'was closed already' : 'is closed'}`
    if (merge?.merged === false) {
      const { why, command } = merge
      return {
        json: { ...closed, merge },
        text: [
          closedText,
          `not merged: ${why}`,
          ...(command === undefined ? [] : [`next: ${command}`]),
        ].join('\n'),
        exitCode: EXIT.found,
        error: { code: 'FOUND', message: `not merged: ${why}`, hint: command },
        warnings: publishWarnings(record),
      }
    }
    return {
      json: { ...closed, merge },
      text:
        merge === undefined
          ? closedText
          : `${closedText}; ${merge.branch} is merged into ${merge.into}`,
      warnings: publishWarnings(record),
    }
  }
}
