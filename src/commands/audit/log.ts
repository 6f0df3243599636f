import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { incidentArgument } from '../../cli/shared-flags.ts'

export default class AuditLog extends BaseCommand {
  static override description =
    'Prints every event of an incident in causal order, with its place in its log and the commit that brought it into git.'
  static override examples = [
    '<%= config.bin %> audit log',
    '<%= config.bin %> audit log 2026-11-21-login-outage --json',
  ]
  static override args = incidentArgument

  async run(): Promise<CommandResult> {
    const { args } = await this.parse(AuditLog)
    const { auditLog, auditLines } = await import('../../usecases/audit/audit-log.ts')
    const { warnings, ...log } = await auditLog(await this.recordWorld(), args.incident)
    return { json: log, text: auditLines(log), warnings }
  }
}
