/** Which key means what, per question: one table for the key line and for reading a key. */
import type { Question, Reply } from '../../ports/operator.ts'

/** `output` is the screen's own: it shows what the step printed and asks again. */
type Deed = Reply['do'] | 'output' | 'reject'
export type Key = { key: string; word: string; deed: Deed; choice?: string; isDefault?: boolean }

const KEY = {
  run: { key: 'r', word: 'run', deed: 'run' },
  retry: { key: 't', word: 'try again', deed: 'retry' },
  skip: { key: 's', word: 'skip', deed: 'skip' },
  edit: { key: 'e', word: 'edit input', deed: 'edit' },
  note: { key: 'n', word: 'note', deed: 'note' },
  output: { key: 'o', word: 'show output', deed: 'output' },
  hand: { key: 'd', word: 'done by hand', deed: 'by_hand' },
  rollback: { key: 'b', word: 'roll back', deed: 'rollback' },
  quit: { key: 'q', word: 'quit (pauses)', deed: 'quit' },
} as const satisfies Record<string, Key>

export function keysFor(question: Question): Key[] {
  switch (question.type) {
    case 'step': {
      // Destruction and what the author wants confirmed never start by Enter alone.
      const plain = question.confirm === undefined && question.typeToConfirm === undefined
      const run = plain ? { ...KEY.run, isDefault: true } : KEY.run
      return [
        run,
        KEY.skip,
        ...edits(question),
        KEY.note,
        KEY.output,
        KEY.hand,
        KEY.rollback,
        KEY.quit,
      ]
    }
    case 'gate':
      return [...gateKeys(question), KEY.skip, KEY.note, KEY.output, KEY.rollback, KEY.quit]
    case 'failure':
      return [
        KEY.retry,
        ...edits(question),
        KEY.output,
        KEY.hand,
        KEY.skip,
        KEY.note,
        { ...KEY.rollback, word: `roll back (${question.undoable} to undo)` },
        KEY.quit,
      ]
    case 'settle':
      return [
        { key: 'd', word: 'it was done', deed: 'settle', choice: 'done' },
        { key: 'x', word: 'it was not done', deed: 'settle', choice: 'not_done' },
        ...(question.probes ? [{ key: 'p', word: 'probe again', deed: 'probe' } as const] : []),
        KEY.note,
        KEY.quit,
      ]
    case 'undo_failed':
      return [
        KEY.retry,
        KEY.hand,
        { ...KEY.skip, word: 'leave it' },
        KEY.note,
        KEY.output,
        KEY.quit,
      ]
    case 'interrupt':
      return [
        { key: 'c', word: 'continue', deed: 'continue', isDefault: true },
        { key: 'i', word: 'interrupt (asks it to end)', deed: 'interrupt' },
        { key: 'k', word: 'kill', deed: 'kill' },
      ]
    case 'runbook_changed':
      return [
        { key: 'o', word: 'go on with the old text', deed: 'use_old' },
        { key: 'u', word: 'use the new text', deed: 'use_new' },
        KEY.quit,
      ]
    case 'check':
      // A command of a repository: never by Enter alone.
      return [KEY.run, { ...KEY.skip, word: 'leave it' }, { ...KEY.quit, word: 'quit' }]
  }
}

const edits = (question: { card: { inputs: object } }): Key[] =>
  Object.keys(question.card.inputs).length === 0 ? [] : [KEY.edit]

function gateKeys(question: Extract<Question, { type: 'gate' }>): Key[] {
  switch (question.gate) {
    case 'manual':
      return [{ key: 'd', word: 'done', deed: 'answer' }]
    case 'ask':
      return [{ key: 'a', word: 'answer', deed: 'answer' }]
    case 'confirm':
      return [{ key: 'y', word: 'yes', deed: 'answer' }]
    case 'approve':
      return [
        { key: 'a', word: 'approve', deed: 'answer' },
        { key: 'x', word: 'reject', deed: 'reject' },
      ]
    case 'decide':
      return optionsOf(question.accepts).map(({ name, label }, index) => ({
        key: String(index + 1),
        word: label === name ? name : `${name}: ${label}`,
        deed: 'answer',
        choice: name,
      }))
  }
}

/** Options of a decision: `{name: label}` or `{name: {label}}` or a list of names. */
function optionsOf(accepts: Readonly<Record<string, unknown>>): { name: string; label: string }[] {
  const { options } = accepts
  if (Array.isArray(options))
    return options.map((name) => ({ name: String(name), label: String(name) }))
  return Object.entries(Object(options) as Record<string, unknown>).map(([name, option]) => {
    const label = typeof option === 'string' ? option : (option as { label?: string } | null)?.label
    return { name, label: label ?? name }
  })
}
