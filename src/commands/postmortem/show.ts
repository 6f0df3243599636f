import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { incidentArgument } from '../../cli/shared-flags.ts'

export default class PostmortemShow extends BaseCommand {
  static override args = incidentArgument
  static override examples = [
    '<%= config.bin %> postmortem show',
    '<%= config.bin %> postmortem show 2026-11-21-login-outage | less',
  ]

  async run(): Promise<CommandResult> {
    const { args } = await this.parse(PostmortemShow)
    const { showPostmortem } = await import('../../usecases/report/show-postmortem.ts')
    const shown = await showPostmortem(await this.recordWorld(), args)
    return { json: shown, text: shown.text.trimEnd() }
  }
}
