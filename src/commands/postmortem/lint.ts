import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { outputFlag } from '../../cli/shared-flags.ts'
import { EXIT } from '../../errors.ts'

export default class PostmortemLint extends BaseCommand {
  static override description =
    'Checks what a post-mortem says against itself and, where there is one, against the log. Any Markdown will do. Exit 9: it has errors (with --strict, also warnings). The rules: docs/postmortem-rules.md.'
  static override examples = [
    '<%= config.bin %> postmortem lint',
    '<%= config.bin %> postmortem lint 2026-11-21-login-outage --strict',
    '<%= config.bin %> postmortem lint docs/postmortems --format sarif --output lint.sarif',
  ]
  static override args = {
    report: Args.string({
      description:
        'incidents, Markdown files and folders of them; when left out: the only open incident, else the newest',
    }),
  }
  static override flags = {
    format: Flags.string({
      options: ['text', 'json', 'sarif', 'github'],
      default: 'text',
      description: 'for people, programs, code scanning, or as annotations of GitHub Actions',
    }),
    ...outputFlag,
    strict: Flags.boolean({ description: 'a warning is as bad as an error' }),
  }
  static override strict = false

  async run(): Promise<CommandResult> {
    const { argv, flags } = await this.parse(PostmortemLint)
    const { lintPostmortems, lintSummary } =
      await import('../../usecases/report/lint-postmortem.ts')
    const { formattedFindings } = await import('../../usecases/report/lint-output.ts')
    const { writeOutput } = await import('../../usecases/export/write-export.ts')
    const world = await this.recordWorld({ reads: true })
    const linted = await lintPostmortems(world, argv as string[])
    const words = lintSummary(linted)
    const block = formattedFindings(world, linted, flags.format)
    const file = writeOutput(world, flags.output, Buffer.from(block))
    const shown = file === null ? block : ''
    const [unread] = linted.problems
    const bad = linted.errors > 0 || (flags.strict && linted.warnings > 0)
    return {
      json: { findings: linted.findings, reports: [...linted.texts.keys()] },
      text: flags.format === 'text' || file !== null ? `${shown}${words}` : shown,
      warnings: linted.problems.map(({ message }) => message),
      ...(bad && { exitCode: EXIT.found, error: { code: 'FOUND', message: words } }),
      // Findings of what was read do not make up for what was not.
      ...(unread !== undefined && {
        exitCode: unread.exitCode,
        error: { code: unread.code, message: unread.message, hint: unread.hint },
      }),
    }
  }
}
