import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { incidentArgument } from '../cli/shared-flags.ts'

export default class Show extends BaseCommand {
  static override examples = [
    '<%= config.bin %> show',
    '<%= config.bin %> show 2026-11-21-login-outage --json',
  ]
  static override args = incidentArgument

  async run(): Promise<CommandResult> {
    const { args } = await this.parse(Show)
    const {
      findingsJson,
      incidentJson,
      metricsJson,
      momentsJson,
      runsJson,
      showIncident,
      showLines,
    } = await import('../usecases/incident/show-incident.ts')
    const { reviewOfIncident } = await import('../usecases/report/review-of-incident.ts')
    const { damageWarnings } = await import('../usecases/damage.ts')
    const world = await this.recordWorld({ reads: true })
    const shown = showIncident(world, args.incident)
    const review = await reviewOfIncident(world, shown)
    return {
      json: {
        incident: incidentJson(shown.state),
        runs: runsJson(shown),
        timeline: shown.rows,
        findings: findingsJson(shown),
        moments: momentsJson(shown),
        metrics: metricsJson(shown),
        review,
        next: shown.next,
        drill: shown.drill,
      },
      text: showLines(shown, world.clock.now(), review).join('\n'),
      warnings: damageWarnings(shown.journal),
    }
  }
}
