import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { toldTimeFlags } from '../cli/shared-flags.ts'

export default class Declare extends BaseCommand {
  static override description =
    'Opens an incident: its journal, and its branch in git. `run` does this by itself when none is open.'
  static override examples = [
    '<%= config.bin %> declare "Login fails for all users" --severity SEV2 --impact-start 13:40',
  ]
  static override args = {
    title: Args.string({ required: true, description: 'what is wrong, in a few words' }),
  }
  static override flags = {
    severity: Flags.string({
      required: true,
      helpValue: 'SEV2',
      description: 'SEV1 to SEV5, or the severities of hotwash.yaml',
    }),
    ...toldTimeFlags,
  }

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(Declare)
    const { declareIncident } = await import('../usecases/incident/declare-incident.ts')
    const { publishWarnings } = await import('../usecases/publish-now.ts')
    const declared = await declareIncident(await this.recordWorld(), {
      title: args.title,
      severity: flags.severity,
      detectedAt: flags['detected-at'],
      impactStart: flags['impact-start'],
      source: flags.source,
    })
    const { incident, record, journal } = declared
    const seen = await this.#seenBefore(declared)
    return {
      json: { ...declared, similar: seen.json },
      text: [
        `declared ${incident} (${declared.severity}): ${declared.title}`,
        record.branch === undefined ? `record: ${journal}` : `branch: ${record.branch}`,
        'by hand, recorded: hotwash exec -- COMMAND; hotwash note TEXT',
        `next: hotwash run RUNBOOK --incident ${incident}`,
      ].join('\n'),
      warnings: [...declared.contradictions, ...publishWarnings(record), ...seen.warnings],
    }
  }

  /** The incident is recorded by now: nothing that is said here can hold it up. */
  async #seenBefore(declared: { incident: string; title: string }) {
    const { seenBefore, similarInTime } = await import('../usecases/catalog/similar-in-time.ts')
    const { similarJson } = await import('../usecases/catalog/similar-lines.ts')
    const { similar, warnings } = await similarInTime(await this.recordWorld(), declared)
    this.talk(seenBefore(declared.incident, similar).join('\n'))
    return { json: similar.map(similarJson), warnings }
  }
}
