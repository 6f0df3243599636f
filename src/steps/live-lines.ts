/**
 * Lines of masked output for the screen, as they come: at most so many per moment that neither the
 * terminal nor a person is overrun. What is left out here is still kept.
 */
import { visibleBlock } from '../incident/visible.ts'

const LF = 0x0a
const MOMENT_MS = 100
const LINES_PER_MOMENT = 20
/** A longer line is shown by its beginning. */
const LINE_BYTES = 2_000

export type LiveLines = {
  push(masked: Uint8Array): void
  /** What the masking holds back when output pauses: shown when it only completes a line. */
  peek(held: Uint8Array): void
  end(): void
}

export function createLiveLines(onLine: (line: string) => void): LiveLines {
  let partial: Uint8Array = new Uint8Array()
  let momentBegan = 0
  let shown = 0
  let leftOut: Uint8Array | undefined
  let shownAhead = false

  const isOverrun = (): boolean => {
    const now = performance.now()
    if (now - momentBegan >= MOMENT_MS) {
      momentBegan = now
      shown = 0
    }
    return shown >= LINES_PER_MOMENT
  }
  const show = (line: Uint8Array): void => {
    if (leftOut !== undefined) onLine(LEFT_OUT)
    leftOut = undefined
    shown++
    onLine(lineText(line))
  }

  return {
    push(masked) {
      const last = masked.lastIndexOf(LF)
      let start = 0
      while (start <= last) {
        const overrun = isOverrun()
        const end = overrun ? last : masked.indexOf(LF, start)
        const from = overrun ? Math.max(start, masked.lastIndexOf(LF, last - 1) + 1) : start
        const line =
          from > 0 ? masked.subarray(from, end) : joined(partial, masked.subarray(0, end))
        if (overrun) leftOut = copy(line)
        else if (!shownAhead) show(line)
        shownAhead = false
        partial = NOTHING
        start = end + 1
      }
      if (partial.length < LINE_BYTES) {
        partial = joined(partial, copy(masked.subarray(start)))
      }
    },
    peek(held) {
      const completesLine = held.length > 0 && held.indexOf(LF) === held.length - 1
      if (!completesLine || shownAhead || isOverrun()) return
      show(joined(partial, held.subarray(0, -1)))
      shownAhead = true
    },
    end() {
      if (leftOut !== undefined) {
        onLine(LEFT_OUT)
        if (partial.length === 0) onLine(lineText(leftOut))
        leftOut = undefined
      }
      if (partial.length > 0 && !shownAhead) show(partial)
    },
  }
}

const LEFT_OUT = '… (lines are left out here)'
const NOTHING = new Uint8Array()

/** The bytes belong to whoever read them, and are used again. `Buffer.slice` would not copy. */
const copy = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.subarray(0, LINE_BYTES))

const joined = (before: Uint8Array, after: Uint8Array): Uint8Array =>
  before.length === 0 ? after : Buffer.concat([before, after])

/** Of a line that was drawn over with carriage returns, what a terminal would show in the end. */
function lineText(line: Uint8Array): string {
  const cut = line.length > LINE_BYTES
  const text = Buffer.from(line.subarray(0, LINE_BYTES)).toString('utf8')
  const last = text.replace(/\r+$/, '').split('\r').at(-1) ?? ''
  return visibleBlock(last) + (cut ? ' …' : '')
}
