import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { incidentArgument } from '../../cli/shared-flags.ts'
import { EXIT } from '../../errors.ts'

export default class ActionsSync extends BaseCommand {
  static override description =
    'Makes an issue for each open action, keeps its text up to date, and closes it when the action is done. What people write, close or open again in the tracker is left to them. hotwash.yaml names the place under trackers; the token comes from HOTWASH_GITHUB_TOKEN or HOTWASH_GITLAB_TOKEN, or from a file.'
  static override examples = [
    '<%= config.bin %> actions sync 2026-11-21-login-outage --to github --plan',
    '<%= config.bin %> actions sync --to gitlab --token-file ~/.config/gitlab-token',
    '<%= config.bin %> actions sync --to json > actions.json',
  ]
  static override args = incidentArgument
  static override flags = {
    to: Flags.option({
      options: ['github', 'gitlab', 'json'] as const,
      required: true,
      description: 'where to keep them; json only prints them',
    })(),
    plan: Flags.boolean({ description: 'show what would be done, and do nothing' }),
    'token-file': Flags.string({
      helpValue: 'FILE',
      description: 'a file with the token, which nobody else can read',
    }),
  }

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(ActionsSync)
    const { syncActions, troubleError } = await import('../../usecases/actions/sync-actions.ts')
    const { syncLines } = await import('../../usecases/actions/sync-lines.ts')
    const { http } = (await this.world()).ports
    const world = { ...(await this.recordWorld()), http }
    const { warnings, trouble, ...json } = await syncActions(world, {
      incident: args.incident,
      to: flags.to,
      plan: flags.plan,
      tokenFile: flags['token-file'],
    })
    const lines = syncLines(json, flags.plan)
    if (trouble === undefined) return { json, text: lines.join('\n'), warnings }
    const { code, message, hint } = troubleError(trouble)
    const told = hint === undefined ? [message] : [message, hint]
    return {
      json,
      text: lines.join('\n'),
      warnings,
      told: [...told, ...warnings],
      exitCode: EXIT.step_failed,
      error: { code, message, hint },
    }
  }
}
