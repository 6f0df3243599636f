import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { diffResult, wantsColor } from '../../cli/rendering-result.ts'
import { incidentArgument, templateFlag } from '../../cli/shared-flags.ts'

export default class PostmortemDiff extends BaseCommand {
  static override description =
    'What a new render would change in the post-mortem, with conflicts as git shows them. Writes nothing.'
  static override args = incidentArgument
  static override flags = templateFlag
  static override examples = [
    '<%= config.bin %> postmortem diff',
    '<%= config.bin %> postmortem diff 2026-11-21-login-outage --template brief',
  ]

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(PostmortemDiff)
    const { diffPostmortem } = await import('../../usecases/report/diff-postmortem.ts')
    const world = await this.reportWorld({ reads: true })
    const isJson = this.wantsJson()
    const color = wantsColor({ isJson })
    const diff = await diffPostmortem(world, { ...args, ...flags, color })
    return diffResult(diff, { isCheck: false, isJson })
  }
}
