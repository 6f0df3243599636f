import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { outputFlag } from '../cli/shared-flags.ts'

export default class StatsCommand extends BaseCommand {
  static override description =
    'Numbers across incidents: how long they took (median, p90, every point, and what is not known), severities, what repeats, deviations, and the age of actions. Drills are kept apart.'
  static override examples = [
    '<%= config.bin %> stats --since 2026-01-01',
    '<%= config.bin %> stats --since 90d --severity SEV1,SEV2 --format svg --output times.svg',
  ]
  static override flags = {
    since: Flags.string({
      helpValue: 'DAY',
      description: 'declared on that day or later: 2026-01-01, or 90d (before now)',
    }),
    until: Flags.string({ helpValue: 'DAY', description: 'declared on that day or earlier' }),
    severity: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      helpValue: 'SEV1,SEV2',
      description: 'of these severities only',
    }),
    service: Flags.string({
      helpValue: 'NAME',
      description: 'of this service only, as reports name it in their head',
    }),
    format: Flags.string({
      options: ['text', 'svg', 'json'],
      default: 'text',
      description: 'for a terminal, as a picture of the times, or for programs',
    }),
    ...outputFlag,
  }

  async run(): Promise<CommandResult> {
    const { flags } = await this.parse(StatsCommand)
    const { statsOfIncidents } = await import('../usecases/catalog/stats-of-incidents.ts')
    const { writeOutput } = await import('../usecases/export/write-export.ts')
    const { statsJson, formattedStats } = await import('../usecases/catalog/stats-formats.ts')
    const world = await this.recordWorld({ reads: true })
    const found = await statsOfIncidents(world, { ...flags, severities: flags.severity ?? [] })
    const text = world.redactor.mask(await formattedStats(found, flags.format))
    const file = writeOutput(world, flags.output, Buffer.from(text))
    return {
      json: { ...statsJson(found), file },
      text: file === null ? text : `written: ${file}`,
      warnings: found.warnings,
    }
  }
}
