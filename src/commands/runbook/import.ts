import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { counted } from '../../incident/counted.ts'

export default class RunbookImport extends BaseCommand {
  static override description =
    'Drafts a runbook from a checklist in Markdown. Every step asks a person: a command of the checklist is shown, and never run before a person makes it a `run:`.'
  static override examples = [
    '<%= config.bin %> runbook import docs/database-failover.md',
    '<%= config.bin %> runbook import tasks.md --output runbooks/release.yaml',
  ]
  static override args = {
    file: Args.string({ required: true, description: 'Markdown files, one or more' }),
  }
  static override strict = false
  static override flags = {
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      description:
        'write it to FILE, which must not be there yet; runbooks/TITLE.yaml when left out',
    }),
  }

  async run(): Promise<CommandResult> {
    const { argv, flags } = await this.parse(RunbookImport)
    const { importRunbooks } = await import('../../usecases/import/import-runbook.ts')
    const { runbooks, warnings } = await importRunbooks(await this.world(), {
      files: argv as string[],
      output: flags.output,
    })
    return {
      json: { runbooks },
      warnings,
      text: runbooks
        .flatMap(({ from, path, steps, commands, ticked, mojibake }) => [
          `${path}: ${counted(steps, 'step')} from ${from}, for a person to do; with commands to look at: ${commands}; ticked there: ${ticked}`,
          ...mojibake.repaired.map(({ line, to }) => `  repaired: line ${line}: now ${to}`),
          ...mojibake.suspicious.map(
            ({ line, text }) => `  look at: line ${line}: letters may be broken: ${text}`,
          ),
          `next: hotwash runbook show ${path}`,
        ])
        .join('\n'),
    }
  }
}
