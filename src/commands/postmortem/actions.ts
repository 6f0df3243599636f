import { actionFlags } from '../../cli/action-flags.ts'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { incidentArgument } from '../../cli/shared-flags.ts'

export default class PostmortemActions extends BaseCommand {
  static override description =
    'What the report promises, and what has become of it. People write actions into the head of the report; hotwash actions check proves them.'
  static override examples = [
    '<%= config.bin %> postmortem actions',
    '<%= config.bin %> postmortem actions 2026-11-21-login-outage --open --json',
  ]
  static override args = incidentArgument
  static override flags = actionFlags

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(PostmortemActions)
    const { incidentActions } = await import('../../usecases/actions/incident-actions.ts')
    const { actionLines, actionSummary } = await import('../../usecases/actions/action-lines.ts')
    const { open, overdue, owner, type } = flags
    const { warnings: _, ...json } = await incidentActions(
      await this.recordWorld({ reads: true }),
      { incident: args.incident, open, overdue, owner, type },
    )
    const text = [...actionLines(json.actions), actionSummary(json.actions, json.of)].join('\n')
    return { json, text }
  }
}
