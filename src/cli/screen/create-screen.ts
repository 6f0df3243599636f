/**
 * The person at the terminal. Line-oriented: everything but the live region stays in the
 * scroll-back. One of three holds the terminal at any time:
 *   asking    inquirer's prompt, with the keyboard; the step behind it goes on silently
 *   working   the live region, with the keyboard held and thrown away
 *   lent      a child with `tty: true`; we write nothing
 */
import { durationInWords } from '../../incident/duration.ts'
import { visibleBlock } from '../../incident/visible.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Operator, StepCard, Update } from '../../ports/operator.ts'
import { grouped } from '../../incident/size.ts'
import { talk } from '../streams.ts'
import { updateLines } from '../update-lines.ts'
import { cardLines } from './card.ts'
import { createKeyboard } from './keyboard.ts'
import { createLiveRegion } from './live-region.ts'
import { questionLines } from './question-lines.ts'

const LIVE_LINES = 5
const KEPT_LINES = 200
const LAST_LINES = 10

type Working = { card: StepCard; undo: boolean; sinceMono: number }

export function createScreen(parts: { clock: Clock }): Operator {
  const { clock } = parts
  const region = createLiveRegion(process.stderr)
  const keyboard = createKeyboard(process.stdin)
  let working: Working | undefined
  let output: string[] = []
  let count = 0
  let quiet = 0
  let askedAbout = ''

  const width = (): number => (process.stderr.columns || 80) - 1
  const look = () => ({ width: width(), nowMs: clock.now() })
  const say = (lines: readonly string[]): void =>
    quiet > 0 ? talk(lines.join('\n')) : region.above(lines)

  const liveLines = (): string[] => {
    if (working === undefined) return []
    const elapsed = durationInWords(Math.round(clock.mono() - working.sinceMono))
    const { timeoutMs, id } = working.card
    const limit = timeoutMs === null ? 'no limit' : `limit ${durationInWords(timeoutMs)}`
    const lines = `${grouped(count)} ${count === 1 ? 'line' : 'lines'}`
    return [
      ...output.slice(-LIVE_LINES).map((line) => `  | ${line}`),
      `${working.undo ? 'UNDOING' : 'RUNNING'} ${id} · ${elapsed} · ${limit} · ${lines} · ^C asks`,
    ]
  }

  const resume = (): void => {
    if (working === undefined || quiet > 0) return
    keyboard.hold()
    region.open(liveLines)
  }
  const suspend = async <T>(use: () => Promise<T>): Promise<T> => {
    quiet += 1
    region.close()
    keyboard.release()
    try {
      return await use()
    } finally {
      quiet -= 1
      resume()
    }
  }

  const begin = (card: StepCard, undo: boolean): void => {
    working = { card, undo, sinceMono: clock.mono() }
    output = []
    count = 0
    const known = askedAbout === cardKey(card) && !undo
    say(known ? [] : undo ? updateLines({ type: 'started', card, undo }) : cardLines(card, look()))
    resume()
  }

  const end = (update: Update): void => {
    working = undefined
    region.close()
    keyboard.release()
    const last = output.slice(-LAST_LINES).map((line) => `  | ${line}`)
    const more = count - last.length
    say([...(more > 0 ? [`  … ${grouped(more)} lines before these`] : []), ...last])
    say(updateLines(update))
  }

  return {
    interactive: true,
    ask: (question, signal) =>
      suspend(async () => {
        signal.throwIfAborted()
        const { askQuestion } = await import('./ask.ts')
        if ('card' in question) askedAbout = cardKey(question.card)
        talk(questionLines(question, look()).join('\n'))
        return askQuestion(question, {
          signal,
          say: (lines) => talk(lines.join('\n')),
          output: () =>
            output.length === 0 ? ['  (no output)'] : output.map((line) => `  | ${line}`),
        })
      }),
    show(update) {
      if (update.type === 'started') begin(update.card, update.undo)
      else if (update.type === 'finished') end(update)
      else if (update.type === 'output') {
        count += 1
        output.push(visibleBlock(update.line))
        if (output.length > KEPT_LINES) output.shift()
      } else say(updateLines(update))
    },
    lend: suspend,
  }
}

const cardKey = (card: StepCard): string => `${card.id} ${card.attempt}`
