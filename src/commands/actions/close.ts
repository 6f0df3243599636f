import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'

export default class ActionsClose extends BaseCommand {
  static override description =
    'For what no check can tell. The evidence is recorded with your name; a check that fails later opens the action again.'
  static override examples = [
    '<%= config.bin %> actions close 2026-11-21-login-outage rotate-drill --evidence "rehearsed on 2026-12-02, 4 min"',
  ]
  static override args = {
    incident: Args.string({ required: true, description: 'id of the incident' }),
    action: Args.string({ required: true, description: 'id of the action in the report' }),
  }
  static override flags = {
    evidence: Flags.string({
      required: true,
      helpValue: 'TEXT',
      description: 'what shows that it is done',
    }),
  }

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(ActionsClose)
    const { closeAction } = await import('../../usecases/actions/close-action.ts')
    const { publishWarnings } = await import('../../usecases/publish-now.ts')
    const { record, ...closed } = await closeAction(await this.recordWorld(), {
      incident: args.incident,
      action: args.action,
      evidence: flags.evidence,
    })
    const { incident, action, changed, checkable } = closed
    const hint = `its done_when was not carried out: hotwash actions check ${incident} ${action}`
    return {
      json: closed,
      text: changed
        ? `${action} of ${incident} is done`
        : `${action} of ${incident} was done before`,
      warnings: [
        ...(changed && checkable ? [hint] : []),
        ...(record === undefined ? [] : publishWarnings(record)),
      ],
    }
  }
}
