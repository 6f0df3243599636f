import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import type { RecordWorld } from '../usecases/record-world.ts'

export default class List extends BaseCommand {
  static override examples = ['<%= config.bin %> list', '<%= config.bin %> list --json']

  async run(): Promise<CommandResult> {
    await this.parse(List)
    const { listIncidents, incidentLines } = await import('../usecases/incident/list-incidents.ts')
    const world = await this.recordWorld({ reads: true })
    const { incidents, warnings } = listIncidents(world.store)
    const branches = [...world.store.branches().values()]
    const onBranches = branches.length === 0 ? [] : await this.#onBranches(world)
    return {
      json: { incidents, branches, on_branches: onBranches },
      text: incidentLines(incidents, onBranches),
      warnings,
    }
  }

  async #onBranches(world: RecordWorld) {
    const { listBranches } = await import('../usecases/incident/list-branches.ts')
    return listBranches(world)
  }
}
