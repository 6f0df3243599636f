import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { PlaceName } from '../catalog/passages.ts'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'

export default class Search extends BaseCommand {
  static override description =
    'Looks for incidents that hold all of the words: in titles, timelines (notes, findings, results), reports, and the names of runbooks and steps. Accents and case do not matter.'
  static override examples = [
    '<%= config.bin %> search connection pool',
    `<%= config.bin %> search '"too many connections" migrat*' --in report --in timeline`,
  ]
  static override strict = false
  static override args = {
    query: Args.string({
      required: true,
      description: 'words, "a phrase" in quotes of its own, the beginning of a word: migrat*',
    }),
  }
  static override flags = {
    in: Flags.string({
      options: ['title', 'timeline', 'report', 'runbook'],
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      helpValue: 'PLACE',
      description: 'look only there; may be given more than once',
    }),
    most: Flags.integer({
      char: 'n',
      min: 1,
      max: 10_000,
      default: 20,
      helpValue: 'COUNT',
      description: 'show at most so many incidents, newest first',
    }),
  }

  async run(): Promise<CommandResult> {
    const { argv, flags } = await this.parse(Search)
    const { searchRecords } = await import('../usecases/catalog/search-records.ts')
    const { BOLD, QUOTES, searchJson, searchLines } =
      await import('../usecases/catalog/search-lines.ts')
    const { wantsColor } = await import('../cli/rendering-result.ts')
    const found = await searchRecords(await this.recordWorld({ reads: true }), {
      query: argv.join(' '),
      in: flags.in as PlaceName[] | undefined,
      most: flags.most,
    })
    const marks = wantsColor({ isJson: this.wantsJson() || flags.plain }) ? BOLD : QUOTES
    return {
      json: searchJson(found),
      text: searchLines(found, marks).join('\n'),
      warnings: found.warnings,
    }
  }
}
