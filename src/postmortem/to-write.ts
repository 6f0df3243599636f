/**
 * A place that waits for a person's words: a quote that says what is asked for, and below it, at the
 * start of a line, the mark by which tools know it: `<!-- to-write: summary -->`.
 */
const MARK = /^[ \t]*<!-- to-write: ([a-z0-9_-]{1,60}) -->/
const ASK = /^[ \t]*> \*\*To write:?\*\*[ \t]*(.*)/

/** The name of the place that this line marks. */
export const placeMarked = (line: string): string | undefined => MARK.exec(line)?.[1]

/** What this line asks people for. */
export const askOn = (line: string): string | undefined => ASK.exec(line)?.[1]

/** The names of all places that wait for words, each once, in order. */
export const marksIn = (text: string): string[] => {
  if (!text.includes('to-write:')) return []
  return [...new Set(text.split('\n').flatMap((line) => placeMarked(line) ?? []))]
}

/** The text with `words` where the place waits for them; as it was where nothing waits. */
export const fillPlace = (text: string, place: string, words: string): string =>
  text.replace(new RegExp(`(?:^> .*\\n)+<!-- to-write: ${place} -->\\n`, 'm'), () => `${words}\n`)
