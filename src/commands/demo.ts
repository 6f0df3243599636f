import * as Flags from '@oclif/core/flags'
import { BaseCommand, type CommandResult } from '../cli/base-command.ts'
import { enterFolder } from '../cli/enter-folder.ts'
import type { DemoReport } from '../usecases/demo.ts'

export default class Demo extends BaseCommand {
  static override description =
    'Breaks the login of a small service in a throw-away repository, and handles the outage: diagnosis, backup, fix, a login that must work, post-mortem. Guided at a terminal, by itself otherwise.'
  static override examples = [
    '<%= config.bin %> demo',
    '<%= config.bin %> demo --wrong-fix',
    '<%= config.bin %> demo --keep ./demo --postgres postgres://me:password@localhost:5432/postgres',
  ]
  static override flags = {
    'wrong-fix': Flags.boolean({
      description: 'take the fix that only looks right, and see it taken back',
    }),
    postgres: Flags.string({
      helpValue: 'URL',
      description: 'a server on which to create a database for the demo; SQLite unless given',
    }),
    keep: Flags.string({
      helpValue: 'DIR',
      description: 'a new or empty folder for the repository; a temporary one unless given',
    }),
  }

  async run(): Promise<CommandResult> {
    const { flags } = await this.parse(Demo)
    const { openDemo, runDemo } = await import('../usecases/demo.ts')
    const fix = flags['wrong-fix'] ? 'wrong' : 'right'
    const demo = await openDemo({ keep: flags.keep, postgres: flags.postgres, fix })
    try {
      enterFolder(demo.dir)
      this.talk(`a login service runs at ${demo.inputs['base']}, its repository is ${demo.dir}`)
      this.talk(
        'its last change renamed a column: the health check is green, and nobody can log in',
      )
      const end = await runDemo(await this.world(), demo, fix)
      if (end.ok) return { json: end.report, text: textOf(end.report) }
      const { why, dir } = end
      const { lint: _lint, ...run } = end.run
      const command = run.next?.replace(/^hotwash/, `hotwash -C ${dir}`)
      const next = command === undefined ? '' : `\nserve again: ${dir}/ops/serve\ngo on: ${command}`
      return {
        json: run,
        exitCode: run.exit_code === 0 ? 4 : run.exit_code,
        error: run.error ?? { code: 'STEP_FAILED', message: why },
        text: why + next,
        warnings: run.warnings,
      }
    } finally {
      await demo.stop()
    }
  }
}

function textOf(report: DemoReport): string {
  const outcome =
    report.fix === 'right'
      ? 'fixed: everybody can log in again'
      : `the wrong fix was taken back: ${report.users.after.rows} users, each as before it`
  return [
    outcome,
    '',
    `incident     ${report.incident}`,
    `branch       ${report.branch ?? 'none'}`,
    `post-mortem  ${report.postmortem}`,
    '',
    'what to type next:',
    ...report.next.map((command) => `  ${command.replace(/^hotwash/, typedAs())}`),
  ].join('\n')
}

/** In a clone nothing is installed: `npm start` stands for `npx hotwash demo`. */
const typedAs = (): string =>
  process.env['npm_lifecycle_event'] === 'start' ? 'npx hotwash' : 'hotwash'
