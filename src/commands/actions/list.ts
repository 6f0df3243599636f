import { actionFlags } from '../../cli/action-flags.ts'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'

export default class ActionsList extends BaseCommand {
  static override description =
    'What the reports of all incidents here promise, the worst first: overdue, then by priority, severity and age. Age counts from the end of the incident.'
  static override examples = [
    '<%= config.bin %> actions list --open',
    '<%= config.bin %> actions list --overdue --owner "Maria Example" --json',
  ]
  static override flags = actionFlags

  async run(): Promise<CommandResult> {
    const { flags } = await this.parse(ActionsList)
    const { listActions } = await import('../../usecases/actions/list-actions.ts')
    const { actionLines, actionSummary } = await import('../../usecases/actions/action-lines.ts')
    const { open, overdue, owner, type } = flags
    const world = await this.recordWorld({ reads: true })
    const { actions, of, warnings } = await listActions(world, { open, overdue, owner, type })
    const text = [...actionLines(actions), actionSummary(actions, of)].join('\n')
    return { json: { actions, of }, text, warnings }
  }
}
