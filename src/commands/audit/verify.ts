import * as Args from '@oclif/core/args'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { EXIT } from '../../errors.ts'

export default class AuditVerify extends BaseCommand {
  static override description =
    'Checks schema, sequence and chain of each log, every version of it in the history, and the digests of evidence and runbooks. Exits 6 and names the event where something was changed. Without an argument: every incident here.'
  static override examples = [
    '<%= config.bin %> audit verify 2026-11-21-login-outage',
    '<%= config.bin %> audit verify origin/incident/2026-11-21-login-outage',
    '<%= config.bin %> audit verify incidents/2026/2026-11-21-login-outage --json',
  ]
  static override args = {
    target: Args.string({
      name: 'ID | REF | PATH',
      description: 'an incident, a branch or commit, or a folder',
    }),
  }

  async run(): Promise<CommandResult> {
    const { args } = await this.parse(AuditVerify)
    const { verifyRecord } = await import('../../usecases/audit/verify-record.ts')
    const { verifiedJson, verifiedText } = await import('../../usecases/audit/verify-text.ts')
    const reports = await verifyRecord(await this.recordWorld(), args.target)
    const json = verifiedJson(reports)
    return {
      json,
      text: verifiedText(reports),
      exitCode: json.verified ? EXIT.done : EXIT.not_verified,
      warnings: this.argv.includes('--json') ? reports.flatMap((report) => report.notes) : [],
      error: json.verified
        ? undefined
        : {
            code: 'NOT_VERIFIED',
            message: json.problems[0]?.message ?? 'the record does not verify',
          },
    }
  }
}
