/** The steps that work now and what they printed: shown live, in short at their end, and on demand. */
import { durationInWords } from '../../incident/duration.ts'
import { grouped } from '../../incident/size.ts'
import { visibleBlock } from '../../incident/visible.ts'
import type { StepCard } from '../../ports/operator.ts'

const LIVE_LINES = 5
const LAST_LINES = 10
const KEPT_LINES = 200
/** Of steps at the same time; the others are counted. */
const LIVE_STEPS = 8
/** Steps that have ended, whose output may still be asked for: as many as run at the same time. */
const KEPT_STEPS = 32

type Worker = {
  card: StepCard
  undo: boolean
  sinceMono: number
  kept: string[]
  count: number
}

export type Work = {
  isOn: () => boolean
  begin: (card: StepCard, undo: boolean) => void
  add: (step: string, line: string) => void
  /** The last lines of this step, for the scroll-back; none for a step that did not print. */
  end: (step: string) => string[]
  liveLines: () => string[]
  /** All that is kept of this step, else of the last one that ran. */
  output: (step?: string) => string[]
}

const shown = (lines: readonly string[], before = ''): string[] =>
  lines.map((line) => `  ${before}| ${line}`)

export function createWork(mono: () => number): Work {
  const now = new Map<string, Worker>()
  const ended = new Map<string, Worker>()
  /** Of steps at the same time, as they came. */
  let recent: string[] = []

  return {
    isOn: () => now.size > 0,
    begin(card, undo) {
      if (now.size === 0) recent = []
      now.set(card.id, { card, undo, sinceMono: mono(), kept: [], count: 0 })
    },
    add(step, line) {
      const worker = now.get(step)
      if (worker === undefined) return
      const visible = visibleBlock(line)
      worker.count += 1
      worker.kept.push(visible)
      if (worker.kept.length > KEPT_LINES) worker.kept.shift()
      recent = [...recent, ...shown([visible], `${step} `)].slice(-LIVE_LINES)
    },
    end(step) {
      const worker = now.get(step)
      if (worker === undefined) return []
      now.delete(step)
      keep(ended, worker)
      const last = worker.kept.slice(-LAST_LINES)
      const before = worker.count - last.length
      return [...(before > 0 ? [`  … ${grouped(before)} lines before these`] : []), ...shown(last)]
    },
    liveLines() {
      const [only, ...others] = now.values()
      if (only === undefined) return []
      if (others.length === 0) {
        return [...shown(only.kept.slice(-LIVE_LINES)), `${stateOf(only, mono())} · ^C asks`]
      }
      const states = [only, ...others].map((worker) => stateOf(worker, mono()))
      const left = states.length - LIVE_STEPS
      return [
        ...recent,
        ...states.slice(0, LIVE_STEPS),
        `${left > 0 ? `and ${left} more · ` : ''}^C asks about all of them`,
      ]
    },
    output(step) {
      const all = [...ended.values(), ...now.values()]
      const worker = all.find(({ card }) => card.id === step) ?? all.at(-1)
      if (worker === undefined) return ['  (no step has run here yet)']
      const of = `  of step ${worker.card.id}:`
      return worker.kept.length === 0 ? [`${of} no output`] : [of, ...shown(worker.kept)]
    },
  }
}

function keep(ended: Map<string, Worker>, worker: Worker): void {
  ended.delete(worker.card.id)
  ended.set(worker.card.id, worker)
  const [oldest] = ended.keys()
  if (ended.size > KEPT_STEPS && oldest !== undefined) ended.delete(oldest)
}

function stateOf({ card, undo, sinceMono, count }: Worker, nowMono: number): string {
  const elapsed = durationInWords(Math.round(nowMono - sinceMono))
  const { timeoutMs } = card
  const limit = timeoutMs === null ? 'no limit' : `limit ${durationInWords(timeoutMs)}`
  const lines = `${grouped(count)} ${count === 1 ? 'line' : 'lines'}`
  return `${undo ? 'UNDOING' : 'RUNNING'} ${card.id} · ${elapsed} · ${limit} · ${lines}`
}
