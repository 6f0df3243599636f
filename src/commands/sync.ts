import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { incidentArgument } from '../cli/shared-flags.ts'

export default class Sync extends BaseCommand {
  static override description =
    'Commits what was recorded and is not in git yet, and pushes it where that is configured. Where the incident branch is checked out, it commits just the paths of the record there. What others recorded in their clones, e.g. the approval of a report, it takes in first: git fetch, then hotwash sync.'
  static override examples = [
    '<%= config.bin %> sync',
    '<%= config.bin %> sync 2026-11-21-login-outage',
  ]
  static override args = incidentArgument

  async run(): Promise<CommandResult> {
    const { args } = await this.parse(Sync)
    const world = await this.recordWorld()
    const { pickIncident } = await import('../usecases/pick-incident.ts')
    const { syncRecord } = await import('../usecases/sync-record.ts')
    const { takeInNews } = await import('../usecases/take-up.ts')
    const { publishWarnings } = await import('../usecases/publish-now.ts')
    const incident = pickIncident(world.store, args.incident)
    const told = await takeInNews(world, incident)
    const record = await syncRecord(world, world.store.open(incident))
    const left = record.uncommitted > 0 ? `${record.uncommitted} not committed` : 'all committed'
    const unpushed = record.unpushed > 0 ? `, ${record.unpushed} commits not pushed` : ''
    return {
      json: { incident, record },
      text: `${incident}: ${left}${unpushed}`,
      warnings: [...told, ...publishWarnings(record)],
    }
  }
}
