import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { renderingResult } from '../../cli/rendering-result.ts'
import { incidentArgument, templateFlag } from '../../cli/shared-flags.ts'

export default class PostmortemDraft extends BaseCommand {
  static override description =
    'Writes the post-mortem from the record. Where there is one, it does what render does: what people wrote stays.'
  static override args = incidentArgument
  static override flags = templateFlag
  static override examples = [
    '<%= config.bin %> postmortem draft',
    '<%= config.bin %> postmortem draft 2026-11-21-login-outage --json',
  ]

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(PostmortemDraft)
    const { renderPostmortem } = await import('../../usecases/report/render-postmortem.ts')
    const world = await this.reportWorld()
    const rendering = await renderPostmortem(world, { ...args, ...flags })
    return renderingResult(rendering, { done: 'drafted', isJson: this.wantsJson() })
  }
}
