/** From argv to an exit code. The files in `bin/` only choose between the sources and the bundle. */
import { dispatch, beforeDashes, type Dispatch } from './cli/dispatch.ts'
import { COMMANDS } from './commands/table.ts'
import { HotwashError } from './errors.ts'

export async function main(argv: readonly string[]): Promise<void> {
  const streams = await import('./cli/streams.ts')
  streams.tolerateGoneReaders()
  const json = beforeDashes(argv).includes('--json')
  const report = async (thrown: unknown): Promise<void> => {
    const { reportFailure } = await import('./cli/report-failure.ts')
    reportFailure(thrown, { command: '', json, debug: beforeDashes(argv).includes('--debug') })
  }
  // Thrown where nobody waits for it: a bug, said as one and masked, not Node's raw stack.
  process.once('uncaughtException', (thrown) => {
    void report(thrown)
      .then(streams.drained)
      .finally(() => process.exit(1))
  })
  try {
    await carryOut(dispatch(argv, Object.keys(COMMANDS)), json)
  } catch (thrown) {
    await report(thrown)
  }
  await streams.drained()
  streams.failOnLostOutput()
  // Not by itself: a pool or a watcher that a failed command left open would hold the terminal.
  process.exit()
}

async function carryOut(what: Dispatch, json: boolean): Promise<void> {
  if (what.is === 'run') {
    const [{ loadCommand }, { tolerateGoneReaders }] = await Promise.all([
      import('./cli/command-entry.ts'),
      import('./cli/streams.ts'),
    ])
    const command = await loadCommand(COMMANDS, what.id)
    // oclif has put its own listener on stdout meanwhile.
    tolerateGoneReaders()
    await command.start(what.argv)
    return
  }
  if (what.is === 'unknown') throw await unknownWord(what)
  if (what.is === 'unfinished') {
    throw new HotwashError('USAGE', 'a command is missing: hotwash -C DIR COMMAND', {
      hint: 'hotwash --help lists the commands',
    })
  }
  if (what.is === 'topic' && !what.help) throw incomplete(what.topic)
  const text = await informOf(what)
  const { printResult } = await import('./cli/streams.ts')
  const { envelope } = await import('./cli/envelope.ts')
  const key = what.is === 'version' ? 'hotwash' : 'help'
  printResult(json ? JSON.stringify(envelope('help', { json: { [key]: text } })) : text)
}

async function informOf(
  what: Exclude<Dispatch, { is: 'run' | 'unknown' | 'unfinished' }>,
): Promise<string> {
  if (what.is === 'version') return (await import('./cli/package.ts')).TOOL
  if (what.is === 'help' && what.id !== undefined) {
    return (await import('./cli/command-help.ts')).commandHelp(
      COMMANDS,
      what.id,
      process.stdout.columns,
    )
  }
  const { rootHelp, topicHelp } = await import('./cli/root-help.ts')
  return what.is === 'topic' ? topicHelp(COMMANDS, what.topic) : rootHelp(COMMANDS)
}

async function unknownWord(what: {
  word: string
  what: 'command' | 'flag'
}): Promise<HotwashError> {
  const { commandsMeant } = await import('./cli/commands-meant.ts')
  const meant = what.what === 'command' ? commandsMeant(COMMANDS, what.word) : []
  return new HotwashError('USAGE', `there is no ${what.what} "${what.word}"`, {
    hint:
      meant.length === 0
        ? 'hotwash --help lists the commands'
        : `did you mean: hotwash ${meant.join(', or hotwash ')}? (nothing was run)`,
  })
}

function incomplete(topic: string): HotwashError {
  const members = Object.keys(COMMANDS)
    .filter((id) => id.startsWith(`${topic}:`))
    .map((id) => id.slice(topic.length + 1))
  return new HotwashError('USAGE', `"${topic}" needs one more word`, {
    hint: `one of: ${members.join(', ')}; hotwash ${topic} --help explains them`,
  })
}
