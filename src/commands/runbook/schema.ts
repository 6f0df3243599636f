import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'

export default class RunbookSchema extends BaseCommand {
  static override description =
    'The JSON Schema of the format (draft-07), for completion in editors: save it, and begin a runbook with `# yaml-language-server: $schema=PATH`.'
  static override examples = ['<%= config.bin %> runbook schema > runbook.schema.json']

  async run(): Promise<CommandResult> {
    await this.parse(RunbookSchema)
    const { runbookSchema } = await import('../../usecases/runbook/runbook-schema.ts')
    const schema = await runbookSchema(await this.world())
    return { json: { schema }, text: JSON.stringify(schema, null, 2) }
  }
}
