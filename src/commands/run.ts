import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { readPairs } from '../cli/read-pairs.ts'
import { planResult, runResult } from '../cli/run-result.ts'
import { guidedFlags, INPUT_FLAG } from '../cli/shared-flags.ts'

export default class Run extends BaseCommand {
  static override description =
    'At a terminal each step is shown and waits for a key. Joins the one open incident and says so; declares one when none is open, or with --new.'
  static override examples = [
    '<%= config.bin %> run login-outage -i environment=production',
    '<%= config.bin %> run runbooks/login-outage.yaml --plan',
    '<%= config.bin %> run login-outage --yes --answers answers.yaml --json',
    '<%= config.bin %> run login-outage --rehearse --yes',
  ]
  static override usage = 'run RUNBOOK [-i NAME=VALUE ...] [--plan | --rehearse] [FLAGS]'
  static override args = {
    runbook: Args.string({
      required: true,
      description: 'a path, else a name in ./runbooks, else one of the packaged ones',
    }),
  }
  static override flags = {
    input: Flags.string(INPUT_FLAG),
    incident: Flags.string({ helpValue: 'ID', description: 'the incident that it belongs to' }),
    new: Flags.boolean({
      description: 'declare a new incident although one is open',
      exclusive: ['incident'],
    }),
    plan: Flags.boolean({
      description: 'render every step, really run those that only read, change nothing',
    }),
    rehearse: Flags.boolean({
      description:
        'a drill against what hotwash.yaml declares under rehearsal: forward, then every step is undone; touches nothing else',
      exclusive: ['incident', 'new', 'plan'],
    }),
    ...guidedFlags,
    from: Flags.string({ helpValue: 'STEP', description: 'begin at this step' }),
    until: Flags.string({ helpValue: 'STEP', description: 'end after this step' }),
    tags: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      helpValue: 'TAG,TAG',
      description: 'only the steps with one of these tags; always steps run in any case',
    }),
    'skip-tags': Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      helpValue: 'TAG,TAG',
      description: 'leave out the steps with one of these tags',
    }),
  }

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(Run)
    const inputs = readPairs(flags.input ?? [], '-i')
    const { runRunbook } = await import('../usecases/run/run-runbook.ts')
    const report = await runRunbook(await this.world(), {
      runbook: args.runbook,
      inputs,
      incident: flags.incident,
      fresh: flags.new,
      plan: flags.plan,
      rehearse: flags.rehearse,
      yes: flags.yes,
      answers: flags.answers,
      from: flags.from,
      until: flags.until,
      tags: flags.tags,
      skipTags: flags['skip-tags'],
    })
    return flags.plan ? planResult(report) : runResult(report)
  }
}
