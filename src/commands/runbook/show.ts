import * as Args from '@oclif/core/args'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'

export default class RunbookShow extends BaseCommand {
  static override examples = [
    '<%= config.bin %> runbook show login-fails',
    '<%= config.bin %> runbook show runbooks/login-fails.yaml --json',
  ]
  static override args = {
    runbook: Args.string({
      required: true,
      description: 'a path, else a name in ./runbooks, else one of the packaged ones',
    }),
  }

  async run(): Promise<CommandResult> {
    const { args } = await this.parse(RunbookShow)
    const { runbookText, showRunbook } = await import('../../usecases/runbook/show-runbook.ts')
    const { shown, warnings } = await showRunbook(await this.world(), args.runbook)
    return { json: { runbook: shown }, text: runbookText(shown), warnings }
  }
}
