import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { runResult, undoPlanResult } from '../cli/run-result.ts'
import { guidedFlags, incidentArgument } from '../cli/shared-flags.ts'

export default class Rollback extends BaseCommand {
  static override description =
    'Undoes what was done, last in first out. It can be interrupted and started again; when all is undone it does nothing.'
  static override examples = [
    '<%= config.bin %> rollback --plan',
    '<%= config.bin %> rollback --reason "the fix was wrong"',
    '<%= config.bin %> rollback 2026-11-21-login-outage --to fix',
  ]
  static override args = incidentArgument
  static override flags = {
    to: Flags.string({ helpValue: 'STEP', description: 'undo back to this step, itself included' }),
    plan: Flags.boolean({ description: 'show what would be undone, and change nothing' }),
    reason: Flags.string({
      helpValue: 'TEXT',
      description: 'why, for the timeline and the post-mortem',
    }),
    ...guidedFlags,
  }

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(Rollback)
    const { rollBack } = await import('../usecases/run/roll-back.ts')
    const report = await rollBack(await this.world(), {
      incident: args.incident,
      to: flags.to,
      plan: flags.plan,
      yes: flags.yes,
      answers: flags.answers,
      reason: flags.reason ?? 'asked for by hotwash rollback, no reason given',
    })
    return flags.plan ? undoPlanResult(report, flags.to) : runResult(report)
  }
}
