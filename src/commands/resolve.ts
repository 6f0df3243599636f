import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { incidentArgument, TIMES } from '../cli/shared-flags.ts'

export default class Resolve extends BaseCommand {
  static override description = 'Says that the incident is over. Notes and the post-mortem go on.'
  static override examples = [
    '<%= config.bin %> resolve',
    '<%= config.bin %> resolve 2026-11-21-login-outage --at 14:40 --reason "logins back to normal"',
  ]
  static override args = incidentArgument
  static override flags = {
    at: Flags.string({ helpValue: 'TIME', description: `when it was over, if not now: ${TIMES}` }),
    reason: Flags.string({ description: 'what shows that it is over' }),
  }

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(Resolve)
    const { resolveIncident } = await import('../usecases/update-incident.ts')
    const { publishWarnings } = await import('../usecases/publish-now.ts')
    const { incident, already, unfinished, ...rest } = await resolveIncident(
      await this.recordWorld(),
      { incident: args.incident, at: flags.at, reason: flags.reason },
    )
    return {
      json: { incident, already, ...rest },
      text: [
        `${incident} ${already ? `was ${rest.status} already` : 'is resolved'}`,
        `next: hotwash postmortem draft ${incident}`,
      ].join('\n'),
      warnings: [
        ...(unfinished === undefined
          ? []
          : [`its last run is ${unfinished}: hotwash resume ${incident}`]),
        ...publishWarnings(rest.record),
      ],
    }
  }
}
