/**
 * The person at the terminal. Line-oriented: everything but the live region stays in the
 * scroll-back. One of three holds the terminal at any time:
 *   asking    inquirer's prompt, with the keyboard; the step behind it goes on silently
 *   working   the live region, with the keyboard held and thrown away
 *   lent      a child with `tty: true`; we write nothing
 */
import type { Clock } from '../../ports/clock.ts'
import type { Operator, Question, StepCard, Update } from '../../ports/operator.ts'
import { talk } from '../streams.ts'
import { updateLines } from '../update-lines.ts'
import { cardLines, gateLines } from './card.ts'
import { createKeyboard } from './keyboard.ts'
import { createLiveRegion } from './live-region.ts'
import { questionLines } from './question-lines.ts'
import { createWork } from './work.ts'
import { wrap } from './wrap.ts'

export function createScreen({ clock }: { clock: Clock }): Operator {
  const region = createLiveRegion(process.stderr)
  const keyboard = createKeyboard(process.stdin)
  const work = createWork(() => clock.mono())
  let suspended = 0
  let [askedAbout, told] = ['', '']

  const look = () => ({ width: (process.stderr.columns || 80) - 1, nowMs: clock.now() })
  // Below the line of a prompt that is open, and not at its end.
  const say = (lines: readonly string[]): void =>
    suspended > 0 ? talk(['', ...lines].join('\n')) : region.above(lines)
  const tell = (update: Update): void =>
    say(updateLines(update).flatMap((line) => wrap(line, look().width, '      ')))

  const goOn = (): void => {
    if (!work.isOn() || suspended > 0) return
    keyboard.hold()
    region.open(work.liveLines)
  }
  const standBack = (): void => {
    region.close()
    keyboard.release()
  }
  const suspend = async <T>(use: () => Promise<T>): Promise<T> => {
    suspended += 1
    standBack()
    try {
      return await use()
    } finally {
      suspended -= 1
      goOn()
    }
  }

  const begin = (card: StepCard, undo: boolean): void => {
    // What was just asked about stands right above; a group does nothing itself, its steps work.
    const isTold = askedAbout === cardKey(card)
    if (card.group === true) return isTold ? undefined : tell({ type: 'started', card, undo })
    work.begin(card, undo)
    if (undo) tell({ type: 'started', card, undo })
    else if (!isTold) say(cardLines(card, look()))
    goOn()
  }
  const end = (update: Extract<Update, { type: 'finished' }>): void => {
    standBack()
    const output = work.end(update.step.id)
    // The checks say all that a login printed, and more.
    if (update.undo || update.step.checks.length === 0) say(output)
    tell(update)
    told = update.step.id
    // Others may be at work still.
    goOn()
  }
  return {
    interactive: true,
    ask: (question, signal) =>
      suspend(async () => {
        signal.throwIfAborted()
        const { askQuestion } = await import('./ask.ts')
        if ('card' in question) askedAbout = cardKey(question.card)
        talk(linesOf(question, { told, look: look() }).join('\n'))
        return askQuestion(question, {
          signal,
          say: (lines) => talk(lines.join('\n')),
          output: () => work.output('card' in question ? question.card.id : undefined),
        })
      }),
    show(update) {
      if (update.type === 'started') begin(update.card, update.undo)
      else if (update.type === 'finished') end(update)
      else if (update.type === 'output') work.add(update.step, update.line)
      else tell(update)
    },
    lend: suspend,
    close: standBack,
  }
}

/**
 * What a step came to that just ended (`told`) stands right above. After a resume nothing does: then
 * it is said which step this is about.
 */
function linesOf(
  question: Question,
  { told, look }: { told: string; look: { width: number; nowMs: number } },
): string[] {
  const isTold = 'card' in question && question.card.id === told
  if (question.type !== 'failure' || isTold) return questionLines(question, { ...look, isTold })
  return [...gateLines(question.card, look), ...questionLines(question, look)]
}

const cardKey = (card: StepCard): string => `${card.id} ${card.attempt}`
