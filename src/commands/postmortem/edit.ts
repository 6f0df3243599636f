import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { editedResult } from '../../cli/rendering-result.ts'
import { incidentArgument } from '../../cli/shared-flags.ts'

export default class PostmortemEdit extends BaseCommand {
  static override args = incidentArgument
  static override examples = [
    '<%= config.bin %> postmortem edit',
    'EDITOR="code --wait" <%= config.bin %> postmortem edit 2026-11-21-login-outage',
  ]

  async run(): Promise<CommandResult> {
    const { args } = await this.parse(PostmortemEdit)
    const { editPostmortem } = await import('../../usecases/report/edit-postmortem.ts')
    const record = await this.recordWorld()
    const edited = await editPostmortem({ ...(await this.world()), ...record }, args)
    return editedResult(edited)
  }
}
