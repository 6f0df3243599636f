/** From a question to a reply: keys, then whatever more the chosen deed needs. */
import type { Answer } from '../../incident/event.ts'
import type { Question, Reply } from '../../ports/operator.ts'
import { keysFor, type Key } from './keys.ts'
import { askKey, askLine, WentBack } from './prompts.ts'
import { askValues } from './values.ts'

export type AskTools = {
  signal: AbortSignal
  /** Lines above the prompt. */
  say(lines: readonly string[]): void
  /** What the last step printed. */
  output(): readonly string[]
}

/** Asks until there is a reply: `show output` and a wrong confirmation ask again. */
export async function askQuestion(question: Question, tools: AskTools): Promise<Reply> {
  for (;;) {
    const key = await askKey(keysFor(question), tools.signal)
    if (key.deed === 'output') tools.say(tools.output())
    else {
      const reply = await replyTo(question, key, tools).catch((error: unknown) => {
        if (error instanceof WentBack) return undefined
        throw error
      })
      if (reply !== undefined) return reply
    }
  }
}

async function replyTo(question: Question, key: Key, tools: AskTools): Promise<Reply | undefined> {
  const line = (message: string, required = true): Promise<string> =>
    askLine({ message, required }, tools.signal)
  switch (key.deed) {
    case 'run':
      return (await confirmed(question, tools)) ? { do: 'run' } : undefined
    case 'skip':
      if (question.type === 'check') return { do: 'skip', reason: '' }
      return { do: 'skip', reason: await line('Why is it skipped?') }
    case 'note':
      return { do: 'note', text: await line('Note for the timeline:') }
    case 'by_hand':
      return { do: 'by_hand', evidence: await line('What shows that it was done by hand?') }
    case 'rollback':
      return { do: 'rollback', reason: await line('Why is it rolled back?') }
    case 'edit':
      return editInput(question, tools)
    case 'settle':
      return {
        do: 'settle',
        as: key.choice === 'done' ? 'done' : 'not_done',
        evidence: await line('What did you see that shows it?'),
      }
    case 'answer':
    case 'reject':
      return { do: 'answer', answer: await answerGate(question, key, tools) }
    case 'output':
      return undefined
    case 'retry':
    case 'quit':
    case 'probe':
    case 'continue':
    case 'interrupt':
    case 'kill':
    case 'use_new':
    case 'use_old':
      return { do: key.deed }
  }
}

/** Destruction: the target's name, typed in full. */
async function confirmed(question: Question, tools: AskTools): Promise<boolean> {
  if (question.type !== 'step' || question.typeToConfirm === undefined) return true
  const wanted = question.typeToConfirm
  const typed = await askLine(
    {
      message: `This destroys. Type ${wanted} to go on (anything else goes back):`,
      required: false,
    },
    tools.signal,
  )
  if (typed.trim() === wanted) return true
  tools.say([`"${typed}" is not "${wanted}": nothing was run.`])
  return false
}

async function editInput(question: Question, tools: AskTools): Promise<Reply | undefined> {
  if (!('card' in question)) return undefined
  const { inputs } = question.card
  const names = Object.keys(inputs)
  tools.say(names.map((name) => `  ${name} = ${JSON.stringify(inputs[name])}`))
  const input = await askLine(
    {
      message: 'Which input?',
      ...(names.length === 1 && names[0] !== undefined ? { default: names[0] } : {}),
      check: (text) => names.includes(text) || `one of: ${names.join(', ')}`,
    },
    tools.signal,
  )
  const was = inputs[input]
  const value = await askLine(
    {
      message: `New value of ${input}:`,
      required: false,
      default: typeof was === 'string' ? was : JSON.stringify(was),
    },
    tools.signal,
  )
  return { do: 'edit', input, value }
}

async function answerGate(question: Question, key: Key, tools: AskTools): Promise<Answer> {
  if (question.type !== 'gate') return {}
  const { gate, accepts } = question
  const line = (message: string, required: boolean): Promise<string> =>
    askLine({ message, required }, tools.signal)
  switch (gate) {
    case 'confirm':
      return { confirm: true }
    case 'decide':
      return { choose: key.choice ?? '' }
    case 'ask':
      return { values: await askValues(accepts['values'], tools.signal) }
    case 'manual': {
      const needed = accepts['evidence'] === 'required'
      const evidence = await line(
        needed ? 'Evidence (required):' : 'Evidence (may be empty):',
        needed,
      )
      const values = await askValues(accepts['values'], tools.signal)
      return {
        done: true,
        ...(evidence === '' ? {} : { evidence }),
        ...(Object.keys(values).length === 0 ? {} : { values }),
      }
    }
    case 'approve': {
      const approve = key.deed !== 'reject'
      const needed = !approve || accepts['reason'] === 'required'
      const reason = await line(needed ? 'Reason:' : 'Reason (may be empty):', needed)
      return { approve, ...(reason === '' ? {} : { reason }) }
    }
  }
}
