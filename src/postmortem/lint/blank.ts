/**
 * Blanks what is no prose (code, addresses, comments), so that a rule never finds a word in it. The
 * text keeps its length and its lines: places stay what they are. Every pattern is linear.
 */
const spaces = (part: string): string => part.replace(/[^\n]/g, ' ')

/** A time or a date and nothing else: set as code for its looks. */
const MOMENT =
  /^`+ ?(?:\d{4}-\d\d-\d\d|(?:\d{4}-\d\d-\d\d[ T])?\d{1,2}:\d\d(?::\d\d)?(?: ?(?:[ap]m|Z|UTC|GMT))?) ?`+$/i

export const blankCode = (text: string): string =>
  blankComments(text)
    .replace(/`+[^`\n]*`+/g, (part) => (MOMENT.test(part) ? part.replace(/`/g, ' ') : spaces(part)))
    .replace(/\]\([^()\n]*\)/g, (part) => `]${spaces(part.slice(1))}`)
    .replace(/\bhttps?:\/\/[^\s<>)\]]+/g, spaces)
    .replace(/<[a-zA-Z/][^<>\n]*>/g, spaces)

/** By hand: a lazy pattern would look for the end of each of a thousand comments that have none. */
export const blankComments = (text: string): string => {
  let done = ''
  let from = 0
  for (;;) {
    const start = text.indexOf('<!--', from)
    const end = start === -1 ? -1 : text.indexOf('-->', start + 4)
    if (end === -1) return done + text.slice(from)
    done += text.slice(from, start) + spaces(text.slice(start, end + 3))
    from = end + 3
  }
}

/** Words of others: what a person said may be quoted. */
export const blankQuotes = (text: string): string =>
  text.replace(/"[^"\n]{0,400}"|“[^“”\n]{0,400}”|«[^«»\n]{0,400}»/g, spaces)
