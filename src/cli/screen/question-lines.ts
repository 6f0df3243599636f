/** What stands above the key line, per question: the most important line is the last. */
import { durationInWords } from '../../incident/duration.ts'
import { visibleBlock, visibleLine } from '../../incident/visible.ts'
import type { Question } from '../../ports/operator.ts'
import { checkLines } from '../update-lines.ts'
import { actionLines, cardLines, effectWord, gateLines } from './card.ts'
import { wrap } from './wrap.ts'

/** `isTold`: what the step came to stands right above. */
export function questionLines(
  question: Question,
  look: { width: number; nowMs: number; isTold?: boolean },
): string[] {
  const say = (text: string): string[] => wrap(text, look.width, '  ')
  switch (question.type) {
    case 'step':
      return [
        ...cardLines(question.card, look),
        '',
        ...(question.confirm === undefined
          ? []
          : say(`confirm: ${visibleBlock(question.confirm)}`)),
        ...(question.typeToConfirm === undefined
          ? []
          : say(
              `This ${effectWord(question.card.effect)} data: you will be asked to type its target.`,
            )),
      ]
    case 'gate':
      return [
        ...gateLines(question.card, look),
        '',
        ...say(visibleBlock(question.question)),
        ...elsewhere(question).flatMap(say),
        ...(question.problem === undefined ? [] : say(`not accepted: ${question.problem}`)),
      ]
    case 'failure':
      return [
        '',
        ...(look.isTold === true ? [] : checkLines(question.checks).flatMap(say)),
        ...say(`step ${question.card.id} FAILED${because(question.reason, look)}`),
      ]
    case 'settle':
      return [
        ...cardLines(question.card, look),
        '',
        ...say(
          `${question.undo ? 'The undo of step' : 'Step'} ${question.card.id} is UNKNOWN: ${visibleBlock(question.why)}`,
        ),
        ...say(
          question.runningPid !== undefined
            ? `Process ${question.runningPid} is STILL RUNNING: no word is accepted before it has ended.`
            : 'Look at the target, then say whether it was done.',
        ),
      ]
    case 'undo_failed':
      return [
        '',
        ...say(`undoing step ${question.card.id} FAILED${because(question.reason, look)}`),
        ...say(`${question.remaining} more to undo after it.`),
      ]
    case 'interrupt':
      return say(interruptWords(question))
    case 'check':
      return [...actionLines(question.card, look), '', ...say('It is run only if you say so.')]
    case 'runbook_changed':
      return [
        '',
        ...visibleBlock(question.diff)
          .split('\n')
          .flatMap((line) => wrap(`    ${line}`, look.width, '      ')),
        ...say(
          `The runbook was EDITED since this run began (${question.was.slice(0, 12)} became ` +
            `${question.now.slice(0, 12)}).`,
        ),
      ]
  }
}

const because = (reason: string, { isTold = false }): string =>
  isTold ? '; what now?' : `: ${visibleBlock(reason)}`

function interruptWords({ card, elapsedMs }: Extract<Question, { type: 'interrupt' }>): string {
  const [id, took] = [visibleLine(card.id), durationInWords(elapsedMs)]
  // Of steps at the same time the card names all.
  return card.id.includes(', ')
    ? `^C: steps ${id} are at work, the first for ${took}, and go on. A second ^C ends them and pauses the run.`
    : `^C: step ${id} has been running for ${took} and goes on. A second ^C ends it and pauses the run.`
}

/** Whoever may approve is seldom the one who sits here. */
const elsewhere = ({ gate, card }: Extract<Question, { type: 'gate' }>): string[] =>
  gate === 'approve'
    ? [`from elsewhere: hotwash approve ${card.run.incident} ${card.id} --reason "…"`]
    : []
