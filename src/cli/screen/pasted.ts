/**
 * Pasted text is no key. Taken for keys, the lines of a pasted chat answer questions that nobody
 * read: every newline is an Enter, every `r` a run. Terminals mark what is pasted once they are
 * asked to (bracketed paste); of those that do not, what arrives at once was not typed.
 */
export const MARK_PASTES = '\u001B[?2004h'
export const LEAVE_PASTES = '\u001B[?2004l'
const BEGIN = '\u001B[200~'
const END = '\u001B[201~'
const CTRL_C = '\u0003'

/** The rest of a paste that comes in pieces follows the piece before it this soon. */
const QUIET_MS = 150
const MOST = 100_000

/** What is asked for: one key; a line, of which a paste is a part; a secret, which has one line. */
export type Wanted = 'key' | 'line' | 'secret'
type Taken = { typed: string; refused: boolean }
type Typing = { take: (text: string, wanted: Wanted, nowMs: number) => Taken }

const NOTHING: Taken = { typed: '', refused: false }

export function createTyping(): Typing {
  /** The paste that has begun; undefined outside of one. */
  let pasting: string | undefined
  let quietUntil = 0

  const asPasted = (text: string, wanted: Wanted): Taken => {
    const lines = linesOf(text)
    if (wanted === 'key') return { typed: '', refused: text !== '' }
    if (wanted === 'secret' && lines.length > 1) return { typed: '', refused: true }
    return { typed: lines.join(' / '), refused: false }
  }
  const asKey = (text: string, nowMs: number): Taken => {
    if (text.includes(CTRL_C)) return { typed: CTRL_C, refused: false }
    // Out of habit, or by a slow line at once: the key and its Enter. Kept, it would answer the next.
    const key = text.replace(/[\r\n]+$/, '') || text
    if (nowMs >= quietUntil && isOneKey(key)) return { typed: key, refused: false }
    quietUntil = nowMs + QUIET_MS
    return { typed: '', refused: true }
  }
  const asTyped = (text: string, wanted: Wanted, nowMs: number): Taken => {
    if (wanted === 'key') return asKey(text, nowMs)
    const body = text.replace(/[\r\n]+$/, '')
    if (!/[\r\n]/.test(body)) return { typed: text, refused: false }
    quietUntil = nowMs + QUIET_MS
    const { typed, refused } = asPasted(body, wanted)
    return { typed: body === text || refused ? typed : `${typed}\r`, refused }
  }
  const both = (one: Taken, other: Taken): Taken => ({
    typed: one.typed + other.typed,
    refused: one.refused || other.refused,
  })

  const take: Typing['take'] = (text, wanted, nowMs) => {
    if (text === '') return NOTHING
    if (pasting === undefined) {
      const at = text.indexOf(BEGIN)
      if (at < 0) return asTyped(text, wanted, nowMs)
      pasting = ''
      const before = at === 0 ? NOTHING : asTyped(text.slice(0, at), wanted, nowMs)
      return both(before, take(text.slice(at + BEGIN.length), wanted, nowMs))
    }
    const all = pasting + text
    const end = all.indexOf(END)
    if (end < 0) {
      // The end mark may come in pieces, too.
      pasting = all.length > MOST ? all.slice(0, MOST) + all.slice(-END.length) : all
      return NOTHING
    }
    pasting = undefined
    return both(
      asPasted(all.slice(0, end), wanted),
      take(all.slice(end + END.length), wanted, nowMs),
    )
  }
  return { take }
}

/** An escape sequence is one key, such as an arrow. */
const isOneKey = (text: string): boolean =>
  text.startsWith('\u001B') || text === '\r\n' || /^.$/su.test(text)

const linesOf = (text: string): string[] =>
  text
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\p{Cc}+/gu, ' ').trim())
    .filter((line) => line !== '')
