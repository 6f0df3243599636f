/**
 * The lines of a pasted text as the reader of Markdown should see them. What a chat puts below a
 * message is left out, and named. A line that looks like a row of its own gets an empty one before
 * it: Markdown would make it a part of the list item above, and nobody would see.
 */
import { leadingTime } from '../../markdown/leading-time.ts'
import { ANY } from '../../markdown/timeline-entry.ts'

export type Noise = { line: number; text: string }
export type PastedLines = {
  text: string
  /** The line of the source for each line of `text`; both begin with 1. */
  lineOf: (line: number) => number
  noise: Noise[]
}

export const pastedLines = (source: string): PastedLines => {
  const lines: string[] = []
  const numbers: number[] = []
  const noise: Noise[] = []
  let inItem = false
  let lastNoise: Noise | undefined
  const all = source.split('\n')
  for (const [index, pasted] of all.entries()) {
    const line = index + 1
    const before = lastNoise?.line === index ? lastNoise.text : ''
    if (isNoise(pasted, { before, after: all[index + 1] ?? '' })) {
      lastNoise = { line, text: pasted.trim() }
      noise.push(lastNoise)
      continue
    }
    const text = pasted.replace(APP_AND_TIME, '$1')
    const previous = lines.at(-1) ?? ''
    if (previous.trim() === '') inItem = false
    else if (isOwnRow(text, { previous, inItem })) {
      lines.push('')
      numbers.push(line)
      inItem = false
    }
    inItem ||= ITEM.test(text)
    lines.push(text)
    numbers.push(line)
  }
  return { text: lines.join('\n'), lineOf: (line) => numbers[line - 1] ?? line, noise }
}

const APP = /^\s*APP\s*$/
/** `Statusbot APP  2:10 PM`: what sent it is an app, and not called so. */
const APP_AND_TIME = /(^|\s)APP\s+(?=\d{1,2}:\d\d(?::\d\d)?(?:\s?[AP]M)?\s*$)/i
const EMOJI = String.raw`(?::[\w+'-]{1,60}:(?::skin-tone-\d:)?|\p{Extended_Pictographic}\uFE0F?)`
/** `:+1: 3 :tada: 1` */
const REACTIONS = new RegExp(String.raw`^(?:\s*${EMOJI}\s*\d{1,4}(?!\S))+\s*$`, 'u')
/** Its count is on the next line. */
const REACTION = new RegExp(String.raw`^\s*${EMOJI}\s*$`, 'u')
const COUNT = /^\s*\d{1,4}\s*$/
const REPLIES = /^\s*\d{1,4} repl(?:y|ies)\b(?:\s+last reply .{1,40})?(?:\s*view thread)?\s*$/i
const LAST_REPLY = /^\s*(?:last reply .{1,40}|view thread)$/i

const isNoise = (
  line: string,
  { before, after }: { /** The line before, if it was noise. */ before: string; after: string },
): boolean =>
  APP.test(line) ||
  REACTIONS.test(line) ||
  REPLIES.test(line) ||
  (REACTION.test(line) && COUNT.test(after)) ||
  (COUNT.test(line) && REACTION.test(before)) ||
  (LAST_REPLY.test(line) && (REPLIES.test(before) || LAST_REPLY.test(before)))

const ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])\s/
/** `25:99`, `2x:xx`, `14h05`, `3 pm`, a day: a time or something like one. */
const LIKE_A_TIME =
  /^ ?[^\p{L}\p{N}\s|]{0,4}(?:[\dx?]{1,2}[:h][\dx?]{2}(?![\dx?])|\d{1,2} ?[ap]m\b|\d{4}-\d\d-\d\d)/iu
const CELL = /^ ?\|/

const isOwnRow = (
  line: string,
  { previous, inItem }: { previous: string; inItem: boolean },
): boolean => {
  if (CELL.test(line)) return !CELL.test(previous)
  if (ITEM.test(line) || !LIKE_A_TIME.test(line)) return false
  // Outside of a list a line with a time is a row already, and the name above it may be its person.
  return inItem || leadingTime(line, ANY) === undefined
}
