/** The two prompts of the screen, by inquirer: one key, and one line of text. Both on stderr. */
import { createPrompt, ExitPromptError, isEnterKey, useKeypress, useState } from '@inquirer/core'
import { setTimeout } from 'node:timers/promises'
import { masked } from '../streams.ts'
import type { Key } from './keys.ts'
import type { Wanted } from './pasted.ts'
import { PASTED, withTypedInput } from './typed-input.ts'
import { wrap } from './wrap.ts'

const pressKey = createPrompt<Key, { keys: readonly Key[]; width: number }>((config, done) => {
  const [pressed, setPressed] = useState<Key>()
  const [problem, setProblem] = useState('')
  useKeypress((event, readline) => {
    readline.clearLine(0)
    const chosen = isEnterKey(event)
      ? config.keys.find((key) => key.isDefault)
      : config.keys.find((key) => key.key === event.name)
    if (chosen !== undefined) {
      setPressed(chosen)
      done(chosen)
    } else setProblem(problemOf(event))
  })
  if (pressed !== undefined) return `> ${pressed.word}`
  return [
    ...wrap(keyLine(config.keys), config.width),
    problem === '' ? '> ' : `(${problem}) > `,
  ].join('\n')
})

const problemOf = (event: { name: string }): string => {
  if (event.name === PASTED) return 'one key at a time: what was pasted was not taken'
  return isEnterKey(event as Parameters<typeof isEnterKey>[0])
    ? 'press one of the letters'
    : 'no such key'
}

/** `[r] run  [s] skip`; Enter's meaning is said. */
const keyLine = (keys: readonly Key[]): string =>
  keys
    .map(
      ({ key, word, isDefault }) =>
        `[${key}]\u00A0${word.replaceAll(' ', '\u00A0')}${isDefault ? '\u00A0(Enter)' : ''}`,
    )
    .join('  ')

export const askKey = (keys: readonly Key[], signal: AbortSignal): Promise<Key> =>
  answered(
    (context) => pressKey({ keys, width: (process.stderr.columns || 80) - 1 }, context),
    signal,
  )

export type LineQuestion = {
  message: string
  required?: boolean
  secret?: boolean
  default?: string
  check?: (text: string) => string | true
}

/** ^C in a line goes back to the keys; there, ^C is the operator's. */
export class WentBack extends Error {}

export async function askLine(question: LineQuestion, signal: AbortSignal): Promise<string> {
  const message = masked(question.message)
  const validate = (text: string): string | true => {
    if (question.required !== false && text.trim() === '')
      return 'something must be entered (^C goes back)'
    return question.check?.(text) ?? true
  }
  const { input, password } = await import('@inquirer/prompts')
  if (question.secret) {
    return line((context) => password({ message, mask: true, validate }, context), 'secret', signal)
  }
  const prefilled =
    question.default === undefined
      ? {}
      : { default: question.default, prefill: 'editable' as const }
  return line((context) => input({ message, validate, ...prefilled }, context), 'line', signal)
}

async function line(
  ask: (context: PromptContext) => Promise<string>,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await withTypedInput(wanted, (from) =>
      ask({ input: from, output: process.stderr, signal }),
    )
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw error instanceof ExitPromptError ? new WentBack() : error
  }
}

type PromptContext = {
  input: NodeJS.ReadableStream
  output: NodeJS.WritableStream
  signal: AbortSignal
}

/**
 * ^C in a prompt is the operator's ^C: whoever listens to signals decides, and ends the prompt by
 * `signal`. Where nobody does within a moment, the process ends as by any ^C.
 */
async function answered<T>(
  ask: (context: PromptContext) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await withTypedInput('key', (input) => ask({ input, output: process.stderr, signal }))
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (!(error instanceof ExitPromptError)) throw error
    process.kill(process.pid, 'SIGINT')
    await setTimeout(2_000, undefined, { signal }).catch(() => undefined)
    throw signal.aborted ? signal.reason : error
  }
}
