import { BaseCommand, type CommandResult } from '../cli/base-command.ts'

export default class List extends BaseCommand {
  static override examples = ['<%= config.bin %> list', '<%= config.bin %> list --json']

  async run(): Promise<CommandResult> {
    await this.parse(List)
    const { listIncidents, incidentLines } = await import('../usecases/incident/list-incidents.ts')
    const { store } = await this.recordWorld({ reads: true })
    const { incidents, warnings } = listIncidents(store)
    const branches = [...store.branches().values()]
    return { json: { incidents, branches }, text: incidentLines(incidents, branches), warnings }
  }
}
