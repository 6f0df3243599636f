import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { incidentArgument } from '../cli/shared-flags.ts'

export default class Status extends BaseCommand {
  static override description =
    'Where several are open and none is named, all of them are shown; `--json` then has them as `incidents`.'
  static override examples = ['<%= config.bin %> status']
  static override args = incidentArgument

  async run(): Promise<CommandResult> {
    const { args } = await this.parse(Status)
    const { showIncident, statusLines } = await import('../usecases/incident/show-incident.ts')
    const { openIncidents } = await import('../usecases/pick-incident.ts')
    const { openStatus, statusJson } = await import('../usecases/incident/open-status.ts')
    const { reviewOfIncident } = await import('../usecases/report/review-of-incident.ts')
    const { damageWarnings } = await import('../usecases/damage.ts')
    const world = await this.recordWorld({ reads: true })
    const open = args.incident === undefined ? openIncidents(world.store) : []
    if (open.length > 1) return openStatus(world, open)
    const shown = showIncident(world, args.incident ?? open[0])
    const { state, next } = shown
    const review = await reviewOfIncident(world, shown)
    return {
      json: { ...statusJson(shown), review },
      text: statusLines({ state, next, review }, world.clock.now()).join('\n'),
      warnings: damageWarnings(shown.journal),
    }
  }
}
