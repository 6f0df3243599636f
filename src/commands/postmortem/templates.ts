import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'

export default class PostmortemTemplates extends BaseCommand {
  static override description =
    'Templates of this repository (./templates/NAME.md.hbs, which stand before packaged ones of their name) and those that come with hotwash, with what each needs from the log and from people. A file in ./templates/partials changes that part of every template.'
  static override examples = [
    '<%= config.bin %> postmortem templates',
    '<%= config.bin %> postmortem templates --json',
  ]

  async run(): Promise<CommandResult> {
    await this.parse(PostmortemTemplates)
    const [{ listPostmortemTemplates, templateLines }, { packageRoot }] = await Promise.all([
      import('../../usecases/report/list-templates.ts'),
      import('../../cli/package.ts'),
    ])
    const { root } = await this.recordWorld({ reads: true })
    const listed = await listPostmortemTemplates({ root, packageRoot })
    return { json: listed, text: templateLines(listed) }
  }
}
