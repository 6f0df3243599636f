import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { readPairs } from '../cli/read-pairs.ts'
import { answerResult } from '../cli/run-result.ts'
import { stepArguments, stepOf } from '../cli/shared-flags.ts'

export default class Answer extends BaseCommand {
  static override description =
    'Answers a waiting step, or says of an unknown one whether it was done, from any terminal. The same answer twice is fine.'
  static override examples = [
    '<%= config.bin %> answer 2026-11-21-login-outage tell_support --done --evidence "ticket 4711"',
    '<%= config.bin %> answer 2026-11-21-login-outage who --choose everyone',
    '<%= config.bin %> answer 2026-11-21-login-outage fix --not-done --evidence "old file in place"',
  ]
  static override usage =
    'answer [INCIDENT] STEP (--done | --not-done | --choose OPTION | --value NAME=VALUE ... | --skip REASON) [--evidence TEXT]'
  static override args = stepArguments
  static override flags = {
    done: Flags.boolean({ description: 'it was done', exclusive: ['not-done', 'skip'] }),
    'not-done': Flags.boolean({ description: 'it was not done; the step runs again' }),
    choose: Flags.string({ helpValue: 'OPTION', description: 'the option of a decision' }),
    value: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME=VALUE',
      description: 'a value that the step asks for',
    }),
    skip: Flags.string({ helpValue: 'REASON', description: 'leave the step out' }),
    evidence: Flags.string({ helpValue: 'TEXT', description: 'what shows it' }),
  }

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(Answer)
    const values = flags.value === undefined ? undefined : readPairs(flags.value, '--value')
    const { answerStep } = await import('../usecases/run/answer-step.ts')
    const about = stepOf(args)
    const report = await answerStep(await this.world(), {
      ...about,
      done: flags.done ? true : flags['not-done'] ? false : undefined,
      choose: flags.choose,
      values,
      skip: flags.skip,
      evidence: flags.evidence,
    })
    return answerResult(report, `the answer to step ${about.step} is recorded`)
  }
}
