import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { diffResult, renderingResult, wantsColor } from '../../cli/rendering-result.ts'
import { incidentArgument, templateFlag } from '../../cli/shared-flags.ts'

export default class PostmortemRender extends BaseCommand {
  static override description =
    'Brings the post-mortem up to date with the record. What people wrote, moved and deleted stays; where both changed the same lines nothing is written (exit 9), and "postmortem edit" opens both versions.'
  static override args = incidentArgument
  static override flags = {
    ...templateFlag,
    check: Flags.boolean({
      description:
        'write nothing; exit 9, with the difference, when the report does not say what the record says; that actions went on since is told, and no fault',
    }),
  }
  static override examples = [
    '<%= config.bin %> postmortem render',
    '<%= config.bin %> postmortem render 2026-11-21-login-outage --check',
  ]

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(PostmortemRender)
    const { check, ...request } = { ...args, ...flags }
    const isJson = this.wantsJson()
    const world = await this.reportWorld({ reads: check })
    if (check) {
      const { diffPostmortem } = await import('../../usecases/report/diff-postmortem.ts')
      const diff = await diffPostmortem(world, { ...request, color: wantsColor({ isJson }) })
      return diffResult(diff, { isCheck: true, isJson })
    }
    const { renderPostmortem } = await import('../../usecases/report/render-postmortem.ts')
    const rendering = await renderPostmortem(world, request)
    return renderingResult(rendering, { done: 'rendered', isJson })
  }
}
