/** What oclif's parser found wrong with the command line, in our words and with a hint. */
import { distance } from 'fastest-levenshtein'
import { HotwashError } from '../errors.ts'

export type Known = {
  command: string
  flags: Readonly<Record<string, { description?: string | undefined }>>
}

export function usageError(thrown: Error, known: Known): HotwashError {
  const help = `hotwash ${known.command} --help shows what is accepted`
  const message = unframed(thrown.message)
  // Ours, from a flag that is read while the line is parsed.
  if (thrown instanceof HotwashError) {
    return new HotwashError(thrown.code, message, { hint: thrown.hint ?? help, cause: thrown })
  }
  const more = moreHelp(thrown, message, known)
  const hint = more === undefined ? help : `${more} ${help}`
  return new HotwashError('USAGE', plainMessage(message, known), { hint, cause: thrown })
}

/** Without oclif's advice about its own workings, and without its frame around an error of a flag. */
const unframed = (message: string): string =>
  message
    .replace(/\n+See more help with --help$/, '')
    .replace(/\n+Note: --[\s\S]*$/, '')
    .replace(
      /^Parsing --(\S+) \n\t(?:Expected (an integer.*))?/,
      (_, flag: string, what?: string) => (what === undefined ? '' : `--${flag}: ${what}`),
    )
    .replace(/^The following errors? occurred:\s+/, '')
    .trim()

function moreHelp(thrown: Error, message: string, { flags }: Known): string | undefined {
  if (message.startsWith('Unexpected argument')) return 'put words that belong together in quotes;'
  const unknown =
    'flags' in thrown && Array.isArray(thrown.flags) ? String(thrown.flags[0]) : undefined
  if (unknown === undefined || !message.startsWith('Nonexistent flag')) return undefined
  const near = nearest(unknown.replace(/^-+/, ''), Object.keys(flags))
  return near === undefined ? undefined : `did you mean --${near}?`
}

const plainMessage = (message: string, { flags }: Known): string =>
  message
    .replace(/^Nonexistent flags?: /, 'there is no flag ')
    .replace(/^Unexpected arguments?: /, 'too much is given: ')
    .replace(/^Flag (--\S+) expects a value$/gm, '$1 needs a value')
    .replace(/^Expected (--[\w-]+)=([\s\S]*) to be one of: (.*)$/, '$1 $2: not one of $3')
    .replace(/^(--\S+): an integer but received: (.*)$/, '$1 $2: not a whole number')
    .replace(
      /^(--\S+): an integer (greater|less) than or equal to (\d+) but received: (.*)$/,
      '$1 $4: not a whole number, $3 or $2',
    )
    .replace(
      /^All of the following must be provided when using (--\S+): (.*)$/gm,
      '$1 goes with $2 only',
    )
    .replace(EXCLUSIVE, (_, one: string, other: string) => `${one} and ${other} exclude each other`)
    .replace(/^Missing required flag (\S+)$/gm, (_, flag: string) =>
      missing(`--${flag}`, flags[flag]?.description),
    )
    .replace(/^Missing \d+ required args?:\n([\s\S]+)$/, (_, args: string) => missingArgs(args))

/** Said once from each side. */
const EXCLUSIVE =
  /^(--[\w-]+)(?:=.*)? cannot also be provided when using (--[\w-]+)(?:\s+\2(?:=.*)? cannot also be provided when using \1)?$/gm

const missing = (name: string, says: string | undefined): string =>
  `${name} is missing${says === undefined ? '' : ` (${says})`}`

/** oclif lists `name  description`, one in a line. */
const missingArgs = (listed: string): string =>
  listed
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', says] = /^(\S+)(?: {2,}(.*))?$/.exec(line.trim()) ?? []
      return missing(name.toUpperCase(), says)
    })
    .join(', ')

/** The known word that is nearest, unless it is another word altogether. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const tolerated = Math.max(2, Math.floor(word.length / 2))
  return known
    .map((candidate) => ({ candidate, steps: distance(word, candidate) }))
    .filter(({ steps }) => steps <= tolerated)
    .toSorted((a, b) => a.steps - b.steps)[0]?.candidate
}
