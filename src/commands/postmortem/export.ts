import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { incidentArgument, outputFlag } from '../../cli/shared-flags.ts'

export default class PostmortemExport extends BaseCommand {
  static override args = incidentArgument
  static override flags = {
    format: Flags.string({
      options: ['html', 'pdf', 'svg', 'md', 'json', 'cloudevents'],
      description:
        'html: one page that needs nothing else; pdf: the same as a file, by a Chromium of this machine; svg: the timeline as a picture; md; json: all that is known; cloudevents: the log; unless given, as the ending of the file says, else md',
    }),
    template: Flags.string({
      helpValue: 'NAME',
      description: 'render it anew with this template; the present report unless given',
    }),
    ...outputFlag,
  }
  static override examples = [
    '<%= config.bin %> postmortem export --output report.html',
    '<%= config.bin %> postmortem export 2026-11-21-login-outage --format svg > timeline.svg',
    '<%= config.bin %> postmortem export --template brief -o brief.pdf',
  ]

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(PostmortemExport)
    const { exportPostmortem, formatOf } =
      await import('../../usecases/export/export-postmortem.ts')
    const world = await this.reportWorld({ reads: true })
    const format = formatOf(flags)
    const { warnings, ...exported } = await exportPostmortem(world, { ...args, ...flags, format })
    const { file, text } = exported
    return { json: exported, text: file === null ? text : `written: ${file}`, warnings }
  }
}
