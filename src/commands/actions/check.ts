import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { incidentArgument } from '../../cli/shared-flags.ts'
import { EXIT } from '../../errors.ts'

export default class ActionsCheck extends BaseCommand {
  static override description =
    'Carries out the done_when of each action and records what came of it: an action is done when its check passed, and open again when a later one fails. What may run a program here, read a file or use a secret is asked about first, each by itself; with nobody at the terminal it needs --yes. Exit 9: a check failed; exit 5: something was not run.'
  static override examples = [
    '<%= config.bin %> actions check 2026-11-21-login-outage --plan',
    '<%= config.bin %> actions check 2026-11-21-login-outage pool-alert --yes',
  ]
  static override args = {
    ...incidentArgument,
    action: Args.string({ description: 'ids of actions; all when left out' }),
  }
  static override strict = false
  static override flags = {
    plan: Flags.boolean({ description: 'show what would run, and run nothing' }),
    yes: Flags.boolean({
      description: 'run the commands without asking',
      exclusive: ['plan'],
    }),
  }

  async run(): Promise<CommandResult> {
    const { argv, flags } = await this.parse(ActionsCheck)
    const { checkActions } = await import('../../usecases/actions/check-actions.ts')
    const { checkLines } = await import('../../usecases/actions/check-lines.ts')
    const [incident, ...ids] = argv as string[]
    const { plan, yes } = flags
    const done = await checkActions(await this.world(), { incident, ids, plan, yes })
    const { warnings, ...json } = done
    const failed = done.checks.filter(({ status }) => status === 'failed').length
    const left = done.checks.filter(({ status }) => status === 'not_run').length
    const found = {
      code: 'FOUND' as const,
      message: failed === 1 ? '1 check failed' : `${failed} checks failed`,
    }
    const waiting = {
      code: 'WAITING' as const,
      message: left === 1 ? '1 check was not run' : `${left} checks were not run`,
    }
    return {
      json,
      text: checkLines(done).join('\n'),
      warnings,
      ...(failed > 0
        ? { exitCode: EXIT.found, error: found }
        : left > 0 && { exitCode: EXIT.waiting, error: waiting }),
    }
  }
}
