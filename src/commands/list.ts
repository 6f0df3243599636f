import { BaseCommand, type CommandResult } from '../cli/base-command.ts'

export default class List extends BaseCommand {
  static override examples = ['<%= config.bin %> list', '<%= config.bin %> list --json']

  async run(): Promise<CommandResult> {
    await this.parse(List)
    const { listIncidents, incidentLines } = await import('../usecases/list-incidents.ts')
    const incidents = listIncidents(await this.store())
    return { json: { incidents }, text: incidentLines(incidents) }
  }
}
