/**
 * What every command shares. A command is flags, one use case, and what to print:
 *
 *     export default class Note extends BaseCommand {
 *       static override args = { text: Args.string({ required: true, description: '…' }) }
 *       static override examples = ['<%= config.bin %> note "restarted the login pods"']
 *       async run(): Promise<CommandResult> {
 *         const { args } = await this.parse(Note)
 *         const noted = await addNote(await this.recordWorld(), args)
 *         return { json: noted, text: `noted in ${noted.incident}` }
 *       }
 *     }
 *
 * and a line in `commands/table.ts`, which also holds its summary. `run` returns a CommandResult
 * and never prints results itself; progress goes to stderr by `this.talk`. A HotwashError ends in
 * its own exit code, any other exception is a bug (exit 1). `await this.parse(…)` comes first: it
 * applies `-C`.
 */
import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import type { Signals } from '../ports/operator.ts'
import type { RecordWorld } from '../usecases/record-world.ts'
import type { ReportWorld } from '../usecases/report/report-text.ts'
import type { World } from '../usecases/world.ts'
import { asHotwashError, envelope, resultOfError, type CommandResult } from './envelope.ts'
import { explain } from './explain.ts'
import type { Config } from '@oclif/core/config'
import { loadConfig } from './load-config.ts'
import { currentFolder, enterFolder } from './enter-folder.ts'
import { packageRoot } from './package.ts'
import { printResult, talk } from './streams.ts'

export type { CommandResult } from './envelope.ts'

/** Flags of the whole tool; `-C` may be given more than once, as in git. */
const GLOBAL = {
  json: Flags.boolean({
    description: 'print one JSON object on stdout, whatever the outcome',
  }),
  folder: Flags.string({
    char: 'C',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'DIR',
    // While it is parsed, so that all that follows is relative to it.
    parse: async (folder) => {
      enterFolder(folder)
      return folder
    },
    description: 'work as if hotwash had been started in DIR',
  }),
  plain: Flags.boolean({
    description: 'append-only lines: no cursor movement, no prompts',
  }),
  debug: Flags.boolean({
    description: 'show the stack of an error',
  }),
}

export abstract class BaseCommand extends Command {
  static override baseFlags = GLOBAL

  #recordWorld: Promise<RecordWorld> | undefined
  #world: Promise<World> | undefined

  abstract override run(): Promise<CommandResult>

  /** Instead of oclif's `run`, which would search the disk for plugins first. */
  static start(
    this: new (argv: string[], config: Config) => BaseCommand,
    argv: string[],
  ): Promise<unknown> {
    // eslint-disable-next-line no-underscore-dangle -- oclif's name for it
    return new this(argv, loadConfig())._run()
  }

  /** Everything a use case may touch: ports, kinds, the operator. */
  protected world(): Promise<World> {
    this.#world ??= (async () => {
      const { buildWorld } = await import('./build-world.ts')
      return buildWorld(await this.recordWorld(), { plain: this.#has('--plain') })
    })()
    return this.#world
  }

  /** The record alone: cheaper than the world, for commands that run no step, and
   * cheaper still with `reads: true`, for those that append nothing. */
  protected recordWorld(use: { reads: boolean } = { reads: false }): Promise<RecordWorld> {
    this.#recordWorld ??= import('./build-record-world.ts').then(({ buildRecordWorld }) =>
      buildRecordWorld(currentFolder(), use),
    )
    return this.#recordWorld
  }

  /** The record, and the templates that come with the tool. */
  protected async reportWorld(use?: { reads: boolean }): Promise<ReportWorld> {
    return { ...(await this.recordWorld(use)), packageRoot }
  }

  /** ^C and the others, for a command that runs a child without the engine. */
  protected async signals(): Promise<Signals> {
    return (await import('./build-world.ts')).openSignals()
  }

  /** Where dumps and locks of this account live. */
  protected async stateFolder(): Promise<string> {
    const { stateFolder } = await import('./state-folder.ts')
    return stateFolder(await this.recordWorld())
  }

  protected wantsJson(): boolean {
    return this.#has('--json')
  }

  /** Progress for a person, on stderr. */
  protected talk(text: string): void {
    talk(text)
  }

  /** Replaces oclif's own, which prints internals of errors and has no envelope. */
  protected override async _run<T>(): Promise<T> {
    const command = this.#name()
    const json = this.wantsJson()
    let result: CommandResult
    try {
      result = await this.run()
    } catch (thrown) {
      const error = await this.#explained(thrown)
      await this.#closeScreen()
      result = resultOfError(error)
      if (!json) talk(explain(asHotwashError(error), { debug: this.#has('--debug') }))
    }
    if (json) printResult(toJson(envelope(command, result)))
    else {
      for (const warning of result.told ?? result.warnings ?? []) talk(`warning: ${warning}`)
      printResult(result.text ?? '')
    }
    process.exitCode = result.exitCode ?? 0
    return undefined as T
  }

  async #closeScreen(): Promise<void> {
    const world = await this.#world?.catch(() => undefined)
    world?.operator.close?.()
  }

  /** oclif marks mistakes on the command line by `oclif.exit`. */
  async #explained(thrown: unknown): Promise<unknown> {
    // A flag that cannot be read: oclif puts its frame around the message of our own error.
    const isMistake =
      thrown instanceof Error && ('oclif' in thrown || thrown.message.startsWith('Parsing --'))
    if (!isMistake) return thrown
    const { usageError } = await import('./usage-error.ts')
    const flags = { ...this.ctor.flags, ...this.ctor.baseFlags }
    return usageError(thrown, { command: this.#name(), flags })
  }

  #name(): string {
    return (this.id ?? '').replaceAll(':', ' ')
  }

  /** Read from argv and not from the parsed flags: a usage error needs it too. */
  #has(flag: string): boolean {
    const end = this.argv.indexOf('--')
    return (end === -1 ? this.argv : this.argv.slice(0, end)).includes(flag)
  }
}

const toJson = (value: unknown): string =>
  JSON.stringify(
    value,
    (_key, item: unknown) => (typeof item === 'bigint' ? Number(item) : item),
    2,
  )
