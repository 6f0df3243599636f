import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'

export default class RunbookList extends BaseCommand {
  static override description =
    'Runbooks of this repository (./runbooks) and those that come with hotwash.'
  static override examples = [
    '<%= config.bin %> runbook list',
    '<%= config.bin %> runbook list --json',
  ]

  async run(): Promise<CommandResult> {
    await this.parse(RunbookList)
    const { listRunbooks, runbookLines } = await import('../../usecases/runbook/list-runbooks.ts')
    const { runbooks, warnings } = await listRunbooks(await this.world())
    return { json: { runbooks }, text: runbookLines(runbooks), warnings }
  }
}
