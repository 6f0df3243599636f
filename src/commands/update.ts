import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { incidentArgument, toldTimeFlags } from '../cli/shared-flags.ts'

export default class Update extends BaseCommand {
  static override description =
    'A time that is said again corrects the one before, which stays visible in the record and the report. Times can be told after the incident, too.'
  static override examples = [
    '<%= config.bin %> update --status acknowledged',
    '<%= config.bin %> update --status mitigated --at -10m',
    '<%= config.bin %> update --severity SEV1 --reason "all regions"',
    '<%= config.bin %> update --impact-start ~13:40 --source "load balancer log"',
  ]
  static override args = incidentArgument
  static override flags = {
    status: Flags.option({
      options: ['acknowledged', 'mitigated'] as const,
      description: 'acknowledged: somebody works on it; mitigated: users no longer suffer',
    })(),
    at: Flags.string({ helpValue: 'TIME', description: 'when the status was reached' }),
    severity: Flags.string({
      helpValue: 'SEV2',
      description: 'SEV1 to SEV5, or the severities of hotwash.yaml',
    }),
    title: Flags.string({ helpValue: 'TEXT', description: 'a better title; the id stays' }),
    ...toldTimeFlags,
    reason: Flags.string({ helpValue: 'TEXT', description: 'why, for the timeline' }),
  }

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(Update)
    const { updateIncident } = await import('../usecases/incident/update-incident.ts')
    const { publishWarnings } = await import('../usecases/publish-now.ts')
    const { said, ...changed } = await updateIncident(await this.recordWorld(), {
      incident: args.incident,
      status: flags.status,
      at: flags.at,
      title: flags.title,
      severity: flags.severity,
      detectedAt: flags['detected-at'],
      impactStart: flags['impact-start'],
      source: flags.source,
      reason: flags.reason,
    })
    return {
      json: changed,
      text: `${changed.incident}${changed.already ? '' : ':'} ${said}`,
      warnings: [...(changed.contradictions ?? []), ...publishWarnings(changed.record)],
    }
  }
}
