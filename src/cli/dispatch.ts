/**
 * From the command line to what to do, before oclif: which command, with `-C` and the other global
 * flags moved behind its name. Pure, and it never guesses: an unknown word is an answer of its own.
 */
export type Dispatch =
  | { is: 'run'; id: string; argv: string[] }
  | { is: 'help'; id: string | undefined }
  | { is: 'version' }
  | { is: 'topic'; topic: string; help: boolean }
  | { is: 'unknown'; word: string; what: 'command' | 'flag' }
  /** -C and nothing to do there, or what was meant to be done taken for the folder. */
  | { is: 'unfinished' }

const HELP = new Set(['--help', '-h'])
const SWITCHES = new Set(['--json', '--plain', '--debug'])

export function dispatch(argv: readonly string[], ids: readonly string[]): Dispatch {
  const { globals, rest } = leadingGlobals(argv)
  const [word, next] = rest
  const asksHelp = beforeDashes(rest).some((argument) => HELP.has(argument))
  if (word === undefined && globals.some((argument) => !SWITCHES.has(argument))) {
    return { is: 'unfinished' }
  }
  if (word === undefined || HELP.has(word)) return { is: 'help', id: undefined }
  if (word === '--version' || word === '-v') return { is: 'version' }
  if (word === 'help') return dispatchHelp(rest.slice(1), ids)
  if (word.startsWith('-')) return { is: 'unknown', word, what: 'flag' }
  const nested = `${word}:${next}`
  const id = next !== undefined && ids.includes(nested) ? nested : word
  if (ids.includes(id)) {
    const args = rest.slice(id.split(':').length)
    return asksHelp ? { is: 'help', id } : { is: 'run', id, argv: [...globals, ...args] }
  }
  if (!ids.some((known) => known.startsWith(`${word}:`))) {
    return { is: 'unknown', word, what: 'command' }
  }
  if (next === undefined || next.startsWith('-'))
    return { is: 'topic', topic: word, help: asksHelp }
  return { is: 'unknown', word: `${word} ${next}`, what: 'command' }
}

function dispatchHelp(words: readonly string[], ids: readonly string[]): Dispatch {
  const named = words.filter((word) => !word.startsWith('-'))
  if (named.length === 0) return { is: 'help', id: undefined }
  const found = dispatch([...named.slice(0, 2), '--help'], ids)
  return found.is === 'run' ? { is: 'help', id: found.id } : found
}

/** Global flags before the command's name: `hotwash -C repo --json list`. */
function leadingGlobals(argv: readonly string[]): { globals: string[]; rest: string[] } {
  let at = 0
  for (;;) {
    const argument = argv[at]
    if (argument === '-C' || argument === '--folder') at += 2
    else if (argument !== undefined && isGlobal(argument)) at += 1
    else return { globals: argv.slice(0, at), rest: argv.slice(at) }
  }
}

const isGlobal = (argument: string): boolean =>
  SWITCHES.has(argument) || argument.startsWith('--folder=') || /^-C./.test(argument)

export const beforeDashes = (argv: readonly string[]): readonly string[] => {
  const end = argv.indexOf('--')
  return end === -1 ? argv : argv.slice(0, end)
}
