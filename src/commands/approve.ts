import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { answerResult } from '../cli/run-result.ts'
import { stepArguments, stepOf } from '../cli/shared-flags.ts'

export default class Approve extends BaseCommand {
  static override description =
    'Approves a waiting step, or rejects it. Only somebody else than who asks, and of the team that the step names, may; --break-glass lets a lone engineer go on, and stands on page one of the report.'
  static override examples = [
    '<%= config.bin %> approve 2026-11-21-login-outage approve_fix --reason "seen the plan"',
    '<%= config.bin %> approve 2026-11-21-login-outage approve_fix --reject --reason "not before 18:00"',
  ]
  static override usage = 'approve [INCIDENT] STEP --reason TEXT [--reject | --break-glass]'
  static override args = stepArguments
  static override flags = {
    reason: Flags.string({ required: true, helpValue: 'TEXT', description: 'why, for the record' }),
    reject: Flags.boolean({ description: 'say no: the step fails', exclusive: ['break-glass'] }),
    'break-glass': Flags.boolean({ description: 'go on without the approval: a deviation' }),
  }

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(Approve)
    const { approveStep } = await import('../usecases/run/approve-step.ts')
    const about = stepOf(args)
    const report = await approveStep(await this.world(), {
      ...about,
      approve: !flags.reject,
      reason: flags.reason,
      breakGlass: flags['break-glass'],
    })
    return answerResult(
      report,
      `step ${about.step} is ${flags.reject ? 'rejected' : 'approved'}, and that is recorded`,
    )
  }
}
