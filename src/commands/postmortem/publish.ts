import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { incidentArgument } from '../../cli/shared-flags.ts'
import { PUBLIC_FORMATS } from '../../usecases/publish/public-formats.ts'

export default class PostmortemPublish extends BaseCommand {
  static override description =
    'The version for outsiders: times, services, impact, and the words under "public" in the head of the report; nothing else. It is refused, with every place, as long as it holds a name, host, address, path, ticket or secret of this incident or something that looks like one (exit 9). Needs a reviewed report.'
  static override examples = [
    '<%= config.bin %> postmortem publish 2026-11-21-login-outage --check',
    '<%= config.bin %> postmortem publish 2026-11-21-login-outage --format md,html --json',
  ]
  static override args = incidentArgument
  static override flags = {
    format: Flags.option({
      options: PUBLIC_FORMATS,
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      helpValue: 'FORMAT,FORMAT',
      description: 'md and html unless given',
    })(),
    output: Flags.string({
      char: 'o',
      helpValue: 'DIR',
      description: 'write there; beside the report, in public/, unless given',
    }),
    check: Flags.boolean({ description: 'only look: write and record nothing' }),
    force: Flags.string({
      helpValue: 'REASON',
      description: 'publish before the review is finished; the reason is recorded',
      exclusive: ['check'],
    }),
  }

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(PostmortemPublish)
    const { publishPostmortem } = await import('../../usecases/publish/publish-postmortem.ts')
    const world = await this.reportWorld()
    const { markdown, warnings, ...json } = await publishPostmortem(world, {
      incident: args.incident,
      formats: flags.format ?? PUBLIC_FORMATS,
      output: flags.output,
      check: flags.check,
      force: flags.force,
    })
    if (flags.check) return { json: { ...json, markdown }, text: markdown.trimEnd(), warnings }
    const { branch, checked_out: isCheckedOut } = json
    const on = isCheckedOut
      ? `; ${branch} is checked out: commit them there`
      : ` on branch ${branch}`
    const where = branch === null ? '' : on
    const paths = json.files.map(({ path }) => path).join(', ')
    const text = json.changed ? `published ${paths}${where}` : `${paths} was published before`
    return { json, text, warnings }
  }
}
