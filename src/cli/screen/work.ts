/** The step that works now and what it printed: shown live, in short at its end, and on demand. */
import { durationInWords } from '../../incident/duration.ts'
import { grouped } from '../../incident/size.ts'
import { visibleBlock } from '../../incident/visible.ts'
import type { StepCard } from '../../ports/operator.ts'

const LIVE_LINES = 5
const LAST_LINES = 10
const KEPT_LINES = 200

export type Work = {
  isOn: () => boolean
  begin: (card: StepCard, undo: boolean) => void
  add: (line: string) => void
  /** The last lines of this step, for the scroll-back; none for a step that did not print. */
  end: (step: string) => string[]
  liveLines: () => string[]
  /** All that is kept of the last step that ran. */
  output: () => string[]
}

export function createWork(mono: () => number): Work {
  let now: { card: StepCard; undo: boolean; sinceMono: number } | undefined
  let kept: string[] = []
  let count = 0
  const shown = (lines: readonly string[]): string[] => lines.map((line) => `  | ${line}`)

  return {
    isOn: () => now !== undefined,
    begin(card, undo) {
      now = { card, undo, sinceMono: mono() }
      kept = []
      count = 0
    },
    add(line) {
      count += 1
      kept.push(visibleBlock(line))
      if (kept.length > KEPT_LINES) kept.shift()
    },
    end(step) {
      const mine = now?.card.id === step
      now = undefined
      if (!mine) return []
      const last = kept.slice(-LAST_LINES)
      const before = count - last.length
      return [...(before > 0 ? [`  … ${grouped(before)} lines before these`] : []), ...shown(last)]
    },
    liveLines() {
      if (now === undefined) return []
      const { card, undo, sinceMono } = now
      const elapsed = durationInWords(Math.round(mono() - sinceMono))
      const { timeoutMs } = card
      const limit = timeoutMs === null ? 'no limit' : `limit ${durationInWords(timeoutMs)}`
      const lines = `${grouped(count)} ${count === 1 ? 'line' : 'lines'}`
      const state = `${undo ? 'UNDOING' : 'RUNNING'} ${card.id}`
      return [
        ...shown(kept.slice(-LIVE_LINES)),
        `${state} · ${elapsed} · ${limit} · ${lines} · ^C asks`,
      ]
    },
    output: () => (kept.length === 0 ? ['  (no output)'] : shown(kept)),
  }
}
