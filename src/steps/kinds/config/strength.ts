/**
 * How hard a signing secret is to guess. An estimate: the length, counted without what a guesser
 * gets for nothing (repeated blocks, runs of equal or consecutive characters, common words), times
 * the bits of the alphabet that it is written in. A key of 128 random bits comes to 128 or more in
 * hex as in base64.
 */
export const METHOD =
  'length without repeats, sequences and common words, times the bits of its alphabet'

export const NEEDED_BITS = { fair: 64, strong: 128 } as const

export type Strength = { bits: number; flaws: string[] }

/** What one common word adds: it is one of a few dozen that are used for this. */
const WORD_BITS = 6
const WORDS =
  /secret|password|passwd|change|changeme|default|example|insecure|development|production|staging|testing|test|super|jwt|token|session|cookie|signing|signature|private|public|admin|login|auth|user|your|this|that|with|some|very|long|random|string|replace|please|keyboard|cat|key|value|django|rails|flask|express|nextauth|laravel|hello|world|qwerty|letmein|welcome|monkey|dragon|master|local|server|service|application|app|backend|frontend|not|for|the|and|use|dev|prod|my|me|in|is|it|a/gi

/** More characters than these only make it stronger. */
const MAX_CHARS = 1_024

export function strengthOf(secret: string): Strength {
  const value = secret.slice(0, MAX_CHARS)
  const flaws: string[] = []
  const block = repeatedBlock(value)
  if (block.length < value.length) flaws.push('repeats itself')
  const unrun = withoutRuns(block)
  if (unrun.length < block.length * 0.75) flaws.push('has runs of equal or consecutive characters')
  const words = wordsIn(unrun)
  const rest = words.rest.replace(/[-_.: ]/g, '')
  if (words.count > 0 && rest.length < unrun.length / 2) flaws.push('is made of common words')
  const distinct = new Set(rest).size
  // A text of few different characters is written in no larger alphabet than they are.
  const alphabet = Math.min(alphabetOf(rest), distinct < 8 ? distinct : Infinity)
  const bits = rest.length * Math.log2(Math.max(1, alphabet)) + words.count * WORD_BITS
  return { bits: Math.round(bits), flaws }
}

/** `abcabcabc` is `abc`, said three times. */
function repeatedBlock(text: string): string {
  const at = (text + text).indexOf(text, 1)
  if (at > 0 && at < text.length) return text.slice(0, at)
  // Cut off in its last repetition.
  for (let length = 1; length <= text.length / 2; length += 1) {
    const block = text.slice(0, length)
    if (block.repeat(Math.ceil(text.length / length)).startsWith(text)) return block
  }
  return text
}

/** Of `aaaa` and `1234` and `dcba`, the first and the last character. */
function withoutRuns(text: string): string {
  let kept = ''
  for (let start = 0; start < text.length;) {
    const step = text.charCodeAt(start + 1) - text.charCodeAt(start)
    let end = start + 1
    if (Math.abs(step) <= 1) {
      while (end + 1 < text.length && text.charCodeAt(end + 1) - text.charCodeAt(end) === step)
        end += 1
    }
    const isRun = end - start >= 2 && end < text.length
    kept += isRun ? text[start] + (text[end] ?? '') : text[start]
    start = isRun ? end + 1 : start + 1
  }
  return kept
}

/** Words count only where the text is mostly words: letters of base64 spell some by chance. */
function wordsIn(text: string): { count: number; rest: string } {
  const letters = [...text.matchAll(WORDS)].filter(([word]) => word.length > 2)
  const covered = letters.reduce((sum, [word]) => sum + word.length, 0)
  if (covered < text.length / 3) return { count: 0, rest: text }
  let count = 0
  const rest = text.replace(WORDS, () => {
    count += 1
    return ''
  })
  return { count, rest }
}

const ALPHABETS: readonly (readonly [RegExp, number])[] = [
  [/^\d*$/, 10],
  [/^([0-9a-f]*|[0-9A-F]*)$/, 16],
  [/^([a-z]*|[A-Z]*)$/, 26],
  [/^([A-Z2-7]*|[a-z2-7]*)=*$/, 32],
  [/^([0-9a-z]*|[0-9A-Z]*)$/, 36],
  [/^[A-Za-z]*$/, 52],
  [/^[A-Za-z0-9+/_-]*=*$/, 64],
]

const alphabetOf = (text: string): number =>
  ALPHABETS.find(([pattern]) => pattern.test(text))?.[1] ?? 94
