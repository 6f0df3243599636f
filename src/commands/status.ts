import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { incidentArgument } from '../cli/shared-flags.ts'

export default class Status extends BaseCommand {
  static override examples = ['<%= config.bin %> status']
  static override args = incidentArgument

  async run(): Promise<CommandResult> {
    const { args } = await this.parse(Status)
    const { incidentJson, showIncident, statusLines } =
      await import('../usecases/incident/show-incident.ts')
    const { reviewOfIncident } = await import('../usecases/report/review-of-incident.ts')
    const { damageWarnings } = await import('../usecases/damage.ts')
    const world = await this.recordWorld({ reads: true })
    const shown = showIncident(world, args.incident)
    const review = await reviewOfIncident(world, shown)
    const run = shown.state.runs.at(-1)
    return {
      json: {
        incident: incidentJson(shown.state),
        ...(run === undefined
          ? {}
          : { run: { id: run.id, status: run.status, runbook: run.runbook, reason: run.reason } }),
        review,
        next: shown.next,
      },
      text: statusLines({ state: shown.state, next: shown.next, review }, world.clock.now()).join(
        '\n',
      ),
      warnings: damageWarnings(shown.journal),
    }
  }
}
