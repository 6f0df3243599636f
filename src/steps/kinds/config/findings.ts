/** What is wrong with a configuration: plain data with keys, sources, places, and never a value. */
import type { Check } from '../../../incident/event.ts'

export type Problem = {
  /** The check that it belongs to. */
  check: string
  key: string
  file: string
  says: string
}

const SHOWN = 10

const listed = (words: readonly string[]): string =>
  words.length <= SHOWN
    ? words.join('; ')
    : `${words.slice(0, SHOWN).join('; ')}; and ${words.length - SHOWN} more`

/** One line of the list of checks; it holds unless a problem names it. */
export function checkOf(
  problems: readonly Problem[],
  { name, wanted, holds }: { name: string; wanted: string; holds: string },
): Check {
  const own = problems.filter(({ check }) => check === name)
  if (own.length === 0) return { name, status: 'passed', seen: holds, wanted }
  return { name, status: 'failed', seen: listed(own.map(({ says }) => says)), wanted }
}
