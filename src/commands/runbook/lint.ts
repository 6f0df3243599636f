import * as Args from '@oclif/core/args'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { explainIssue } from '../../cli/explain.ts'
import { EXIT } from '../../errors.ts'

export default class RunbookLint extends BaseCommand {
  static override description =
    'Checks runbooks without running anything. Exit 3: a runbook has errors; exit 9: warnings only.'
  static override examples = [
    '<%= config.bin %> runbook lint',
    '<%= config.bin %> runbook lint runbooks/login-fails.yaml --json',
  ]
  static override args = {
    runbook: Args.string({ description: 'paths or names; all of ./runbooks when left out' }),
  }
  static override strict = false

  async run(): Promise<CommandResult> {
    const { argv } = await this.parse(RunbookLint)
    const { findingsOf, lintRunbooks, lintSummary } =
      await import('../../usecases/runbook/lint-runbook.ts')
    const { neverRehearsed } = await import('../../usecases/run/never-rehearsed.ts')
    const world = await this.world()
    const report = await lintRunbooks(world, argv as string[], (runbook, file) =>
      neverRehearsed(world, runbook, file),
    )
    const { runbooks, issues, errors, warnings } = report
    const words = lintSummary(report)
    const findings = findingsOf(issues)
    return {
      json: { runbooks, findings },
      text: [...issues.map(explainIssue), words].join('\n'),
      ...(errors > 0 && {
        exitCode: EXIT.invalid,
        error: { code: 'INVALID_RUNBOOK', message: words, ...issues[0]?.place },
      }),
      ...(errors === 0 &&
        warnings > 0 && { exitCode: EXIT.found, error: { code: 'FOUND', message: words } }),
    }
  }
}
