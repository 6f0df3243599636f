import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { runResult } from '../cli/run-result.ts'
import { guidedFlags, incidentArgument } from '../cli/shared-flags.ts'

export default class Resume extends BaseCommand {
  static override description =
    'Goes on at the step where a paused, failed or killed run stopped. A step that may have been done is never run again blindly: its check is asked, else you are.'
  static override examples = [
    '<%= config.bin %> resume',
    '<%= config.bin %> resume 2026-11-21-login-outage --yes --answers answers.yaml',
  ]
  static override args = incidentArgument
  static override flags = guidedFlags

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(Resume)
    const { resumeRun } = await import('../usecases/run/resume-run.ts')
    return runResult(
      await resumeRun(await this.world(), {
        incident: args.incident,
        yes: flags.yes,
        answers: flags.answers,
      }),
    )
  }
}
