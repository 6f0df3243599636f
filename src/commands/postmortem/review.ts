import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../../cli/base-command.ts'
import { incidentArgument } from '../../cli/shared-flags.ts'
import { EXIT } from '../../errors.ts'

const DECISIONS = ['request', 'approve', 'changes', 'close', 'reopen', 'checklist']

/** One decision at a time. */
const alone = (name: string) => ({ exclusive: DECISIONS.filter((other) => other !== name) })

export default class PostmortemReview extends BaseCommand {
  static override description =
    'Without a flag: where the review stands, and what the report lacks. An approval holds for the text as it is now: an edit voids it. It comes from others than those who asked for the review, in any clone; after git fetch, hotwash sync takes in what was decided elsewhere.'
  static override args = incidentArgument
  static override flags = {
    request: Flags.boolean({ description: 'ask others to review it', ...alone('request') }),
    approve: Flags.boolean({ description: 'approve the text as it is now', ...alone('approve') }),
    changes: Flags.string({
      helpValue: 'REASON',
      description: 'send it back, and say why',
      ...alone('changes'),
    }),
    close: Flags.boolean({
      description: 'end the review, when nothing is lacking',
      ...alone('close'),
    }),
    reopen: Flags.string({
      helpValue: 'REASON',
      description: 'open a closed review again',
      ...alone('reopen'),
    }),
    checklist: Flags.boolean({
      description: 'print a checklist for a pull request',
      ...alone('checklist'),
    }),
  }
  static override examples = [
    '<%= config.bin %> postmortem review',
    '<%= config.bin %> postmortem review 2026-11-21-login-outage --approve',
    '<%= config.bin %> postmortem review --checklist | gh pr create --body-file -',
  ]

  async run(): Promise<CommandResult> {
    const { args, flags } = await this.parse(PostmortemReview)
    const { reviewPostmortem } = await import('../../usecases/report/review-postmortem.ts')
    const { reviewChecklist, reviewLines } = await import('../../usecases/report/review-lines.ts')
    const { publishWarnings } = await import('../../usecases/publish-now.ts')
    const [action, reason] = actionOf(flags)
    const world = await this.reportWorld({ reads: action === undefined })
    const reviewed = await reviewPostmortem(world, { incident: args.incident, action, reason })
    const { lacking } = reviewed
    return {
      json: reviewed,
      text: flags.checklist ? reviewChecklist(reviewed) : reviewLines(reviewed).join('\n'),
      ...(lacking !== undefined && {
        exitCode: EXIT.found,
        error: { code: 'FOUND', ...lacking },
      }),
      warnings: [
        ...reviewed.warnings,
        ...(reviewed.record === undefined ? [] : publishWarnings(reviewed.record)),
      ],
    }
  }
}

type Given = {
  request: boolean
  approve: boolean
  changes: string | undefined
  close: boolean
  reopen: string | undefined
}

const actionOf = ({ request, approve, changes, close, reopen }: Given) => {
  if (request) return ['requested', undefined] as const
  if (approve) return ['approved', undefined] as const
  if (changes !== undefined) return ['changes_requested', changes] as const
  if (close) return ['closed', undefined] as const
  return reopen === undefined ? ([undefined, undefined] as const) : (['reopened', reopen] as const)
}
