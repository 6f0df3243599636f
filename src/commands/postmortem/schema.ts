import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'

export default class PostmortemSchema extends BaseCommand {
  static override description =
    "The JSON Schema (draft-07) of a post-mortem's head, for completion in editors and for other tools."
  static override examples = ['<%= config.bin %> postmortem schema > postmortem.schema.json']

  async run(): Promise<CommandResult> {
    await this.parse(PostmortemSchema)
    const { postmortemSchema } = await import('../../usecases/report/postmortem-schema.ts')
    const schema = await postmortemSchema()
    return { json: { schema }, text: JSON.stringify(schema, null, 2) }
  }
}
