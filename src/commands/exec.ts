import * as Args from '@oclif/core/args'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { incidentFlag } from '../cli/shared-flags.ts'
import { printResult } from '../cli/streams.ts'
import { EXIT } from '../errors.ts'
import { durationInWords } from '../incident/duration.ts'

export default class Exec extends BaseCommand {
  static override description =
    'Runs one command as typed, without a shell, and records it in the timeline with its masked output. Exits 0 when the command did, else 4.'
  static override examples = [
    '<%= config.bin %> exec -- systemctl status login',
    `<%= config.bin %> exec -- sh -c 'journalctl -u login | tail -50'`,
  ]
  static override usage = 'exec [--incident ID] -- COMMAND ...'
  static override strict = false
  static override args = {
    command: Args.string({
      required: true,
      description: 'the program and its arguments, after --',
    }),
  }
  static override flags = { ...incidentFlag }

  async run(): Promise<CommandResult> {
    const { argv, flags } = await this.parse(Exec)
    const { recordCommand } = await import('../usecases/incident/record-command.ts')
    const { publishWarnings } = await import('../usecases/publish-now.ts')
    const done = await recordCommand(await this.recordWorld(), {
      argv: argv as string[],
      incident: flags.incident,
      signals: await this.signals(),
      onLine: (line, stream) =>
        stream === 'stdout' && !this.wantsJson() ? printResult(line) : this.talk(line),
    })
    const { exitCode, signal, durationMs } = done.exit
    const how = signal ?? `exit code ${exitCode}`
    this.talk(
      `recorded in ${done.incident}: ${how} after ${durationInWords(Math.round(durationMs))}`,
    )
    const failed = exitCode === 0 ? EXIT.done : EXIT.step_failed
    return {
      json: {
        incident: done.incident,
        clock: done.clock,
        result: { exit_code: exitCode, signal, duration_ms: Math.round(durationMs) },
        evidence: done.evidence,
        record: done.record,
      },
      exitCode: done.interrupted ? EXIT.interrupted : failed,
      error: { code: 'STEP_FAILED', message: `the command ended with ${how}` },
      warnings: publishWarnings(done.record),
    }
  }
}
