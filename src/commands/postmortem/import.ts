import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'

export default class PostmortemImport extends BaseCommand {
  static override description =
    'Makes an incident of the past from a post-mortem in Markdown: its timeline, times, actions and lessons go where they belong, the rest stays as text. Nothing is lost, and what found no place is named.'
  static override examples = [
    '<%= config.bin %> postmortem import docs/2026-03-02-outage.md --plan',
    '<%= config.bin %> postmortem import docs/incidents/*.md --zone Europe/Berlin',
    '<%= config.bin %> postmortem import docs/incident-log.md --split --zone UTC',
  ]
  static override args = {
    file: Args.string({ required: true, description: 'Markdown files, one or more' }),
  }
  static override strict = false
  static override flags = {
    zone: Flags.string({
      helpValue: 'ZONE',
      description: 'of times where the report names none: Europe/Berlin, +02:00, UTC',
    }),
    day: Flags.string({
      helpValue: 'DAY',
      description:
        'on which it began, where the report does not say, or says 2/3/2026, which may be two days: 2026-03-02',
    }),
    title: Flags.string({ helpValue: 'TEXT', description: 'instead of the heading' }),
    severity: Flags.string({ helpValue: 'SEV2', description: 'instead of what the report says' }),
    split: Flags.boolean({
      description: 'the file is a log of incidents: one for each heading with a date',
    }),
    plan: Flags.boolean({ description: 'show what would be taken over; record nothing' }),
  }

  async run(): Promise<CommandResult> {
    const { argv, flags } = await this.parse(PostmortemImport)
    const { importPostmortems } = await import('../../usecases/import/import-postmortem.ts')
    const { importJson, importLines } = await import('../../usecases/import/import-lines.ts')
    const world = await this.reportWorld()
    const result = await importPostmortems(world, {
      files: argv as string[],
      zone: flags.zone,
      day: flags.day,
      title: flags.title,
      severity: flags.severity,
      split: flags.split,
      dryRun: flags.plan,
    })
    const { refused } = result
    return {
      json: importJson(result),
      text: importLines(result, flags.plan).join('\n'),
      warnings: [...result.warnings, ...result.incidents.flatMap(({ warnings }) => warnings)],
      ...(refused !== undefined && {
        exitCode: refused.exitCode,
        error: { code: refused.code, message: refused.message, hint: refused.hint },
      }),
    }
  }
}
