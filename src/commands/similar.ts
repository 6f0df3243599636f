import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'

export default class SimilarIncidents extends BaseCommand {
  static override description =
    'Earlier incidents that are like one of them, or like what you type: with the words and findings that they share, what ended them, and the actions that are still open. Drills are left out.'
  static override examples = [
    '<%= config.bin %> similar',
    '<%= config.bin %> similar 2026-11-21-login-outage',
    '<%= config.bin %> similar "login answers 500, pool exhausted" -n 3',
  ]
  static override usage = 'similar [INCIDENT | TEXT ...] [-n COUNT]'
  static override strict = false
  static override args = {
    what: Args.string({
      description: 'an incident, or what is wrong; else the open incident, or the newest',
    }),
  }
  static override flags = {
    most: Flags.integer({
      char: 'n',
      min: 1,
      max: 100,
      default: 5,
      helpValue: 'COUNT',
      description: 'show at most so many incidents, the most alike first',
    }),
  }

  async run(): Promise<CommandResult> {
    const { argv, flags } = await this.parse(SimilarIncidents)
    const { similarIncidents } = await import('../usecases/catalog/similar-incidents.ts')
    const { similarJson, similarResultLines } = await import('../usecases/catalog/similar-lines.ts')
    const world = await this.recordWorld({ reads: true })
    const found = await similarIncidents(world, { words: argv as string[], most: flags.most })
    return {
      json: {
        incident: found.incident ?? null,
        text: found.text ?? null,
        similar: found.similar.map(similarJson),
        of: found.of,
      },
      text: similarResultLines(found).join('\n'),
      warnings: found.warnings,
    }
  }
}
