/** What oclif's parser found wrong with the command line, in our words and with a hint. */
import { distance } from 'fastest-levenshtein'
import { HotwashError } from '../errors.ts'

export function usageError(
  thrown: Error,
  known: { command: string; flags: readonly string[] },
): HotwashError {
  const help = `hotwash ${known.command} --help shows what is accepted`
  const unknown =
    'flags' in thrown && Array.isArray(thrown.flags) ? String(thrown.flags[0]) : undefined
  if (unknown !== undefined && thrown.message.startsWith('Nonexistent flag')) {
    const near = nearest(unknown.replace(/^-+/, ''), known.flags)
    const hint = near === undefined ? help : `did you mean --${near}? ${help}`
    return new HotwashError('USAGE', `there is no flag ${unknown}`, { hint, cause: thrown })
  }
  return new HotwashError('USAGE', plainMessage(thrown.message), { hint: help, cause: thrown })
}

/** Without oclif's advice about its own workings, and without its frame around an error of ours. */
const plainMessage = (message: string): string =>
  message
    .replace(/\n+See more help with --help$/, '')
    .replace(/\n+Note: --[\s\S]*$/, '')
    .replace(/^Parsing --\S+ \n\t/, '')
    .replace(/^The following errors? occurred:\s+/, '')
    .replace(EXCLUSIVE, (_, one: string, other: string) => `${one} and ${other} exclude each other`)
    .replace(/^Missing required flag (\S+)$/gm, '--$1 is missing')
    .replace(/^Missing \d+ required args?:\n([\s\S]+)$/, (_, args: string) => missingArgs(args))
    .trim()

/** Said once from each side. */
const EXCLUSIVE =
  /^(--[\w-]+)(?:=.*)? cannot also be provided when using (--[\w-]+)(?:\s+\2(?:=.*)? cannot also be provided when using \1)?$/gm

/** oclif lists `name  description`, one in a line. */
const missingArgs = (listed: string): string =>
  listed
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) =>
      line
        .trim()
        .replace(
          /^(\S+)(?: {2,}(.*))?$/,
          (_, name: string, says?: string) =>
            `${name.toUpperCase()} is missing${says === undefined ? '' : ` (${says})`}`,
        ),
    )
    .join(', ')

/** The known word that is nearest, unless it is another word altogether. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const tolerated = Math.max(2, Math.floor(word.length / 2))
  return known
    .map((candidate) => ({ candidate, steps: distance(word, candidate) }))
    .filter(({ steps }) => steps <= tolerated)
    .toSorted((a, b) => a.steps - b.steps)[0]?.candidate
}
