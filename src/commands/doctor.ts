import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { machineOf } from '../cli/machine.ts'
import { readPairs } from '../cli/read-pairs.ts'
import { INPUT_FLAG } from '../cli/shared-flags.ts'
import { EXIT } from '../errors.ts'

export default class Doctor extends BaseCommand {
  static override description =
    'Changes nothing. With --runbook, also its secrets (without showing them), databases and targets. Exits 9 when something fails.'
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --runbook login-outage -i environment=production',
  ]
  static override flags = {
    runbook: Flags.string({
      helpValue: 'RUNBOOK',
      description: 'check what this runbook needs too',
    }),
    input: Flags.string({ ...INPUT_FLAG, dependsOn: ['runbook'] }),
  }

  async run(): Promise<CommandResult> {
    const { flags } = await this.parse(Doctor)
    const inputs = readPairs(flags.input ?? [], '-i')
    const { doctor, doctorLines } = await import('../usecases/doctor/doctor.ts')
    const record = await this.recordWorld()
    const checks = await doctor(record, {
      machine: machineOf(process),
      stateFolder: await this.stateFolder(),
      runbook:
        flags.runbook === undefined
          ? undefined
          : { runbook: flags.runbook, inputs, world: await this.world() },
    })
    const failures = checks.filter(({ status }) => status === 'fail')
    return {
      json: { checks },
      text: doctorLines(checks).join('\n'),
      exitCode: failures.length > 0 ? EXIT.found : EXIT.done,
      error: { code: 'FOUND', message: `failed: ${failures.map(({ name }) => name).join(', ')}` },
    }
  }
}
