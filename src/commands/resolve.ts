import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { incidentArgument, sourceFlag, TIMES } from '../cli/shared-flags.ts'

export default class Resolve extends BaseCommand {
  static override description =
    'Says that the incident is over. Notes and the post-mortem go on. For an incident that is over, --at corrects the time; the earlier one stays visible.'
  static override examples = [
    '<%= config.bin %> resolve',
    '<%= config.bin %> resolve 2026-11-21-login-outage --at 14:40 --reason "logins back to normal"',
  ]
  static override args = incidentArgument
  static override flags = {
    at: Flags.string({ helpValue: 'TIME', description: `when it was over, if not now: ${TIMES}` }),
    ...sourceFlag,
    reason: Flags.string({ helpValue: 'TEXT', description: 'what shows that it is over' }),
  }

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(Resolve)
    const { resolveIncident } = await import('../usecases/incident/end-incident.ts')
    const { publishWarnings } = await import('../usecases/publish-now.ts')
    const { incident, already, unfinished, corrected, next, ...rest } = await resolveIncident(
      await this.recordWorld(),
      { incident: args.incident, at: flags.at, source: flags.source, reason: flags.reason },
    )
    return {
      json: { incident, already, corrected, ...rest, next },
      text: [
        corrected === undefined
          ? `${incident} ${already ? `was ${rest.status} already` : 'is resolved'}`
          : `${incident}: resolved ${corrected.to}, corrected from ${corrected.from}`,
        `next: ${next}`,
      ].join('\n'),
      warnings: [
        ...(unfinished === undefined
          ? []
          : [`its last run is ${unfinished}: hotwash resume ${incident}`]),
        ...(rest.contradictions ?? []),
        ...publishWarnings(rest.record),
      ],
    }
  }
}
