import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { incidentArgument } from '../../cli/shared-flags.ts'

export default class PostmortemDraft extends BaseCommand {
  static override args = incidentArgument
  static override flags = {
    template: Flags.string({
      helpValue: 'NAME',
      description: 'templates/NAME.md.hbs of the repository, else a packaged one',
      default: 'google-sre',
    }),
  }
  static override examples = [
    '<%= config.bin %> postmortem draft',
    '<%= config.bin %> postmortem draft 2026-11-21-login-outage --json',
  ]

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(PostmortemDraft)
    const [{ draftPostmortem }, { packageRoot }] = await Promise.all([
      import('../../usecases/draft-postmortem.ts'),
      import('../../cli/package.ts'),
    ])
    const world = { ...(await this.recordWorld()), packageRoot }
    const {
      text: _,
      file,
      warnings,
      ...json
    } = await draftPostmortem(world, {
      incident: args.incident,
      template: flags.template,
    })
    const where = file ?? `${json.path} on branch ${json.branch}`
    const next = `read it: hotwash postmortem show ${json.incident}\nwrite what only people know: hotwash postmortem edit ${json.incident}`
    return { json, text: `drafted ${where}\n${next}`, warnings }
  }
}
