/** Nobody to ask: append-only lines on stderr, no cursor movement. */
import type { Operator } from '../ports/operator.ts'
import { talk } from './streams.ts'
import { updateLines } from './update-lines.ts'

export function createPlain(): Operator {
  return {
    interactive: false,
    ask: (question) => Promise.reject(new Error(`nobody can be asked (${question.type})`)),
    show: (update) => talk(updateLines(update).join('\n')),
    lend: (use) => use(),
  }
}
