/** The terminal as a prompt may read it: without what is pasted where a key is asked for. */
import { PassThrough } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { createTyping, LEAVE_PASTES, MARK_PASTES, type Wanted } from './pasted.ts'

/** A key of no keyboard: text was pasted where one key is asked for. */
export const PASTED = 'pasted'

// Of the terminal, of which there is one: a paste may go on after the prompt in which it began.
const typing = createTyping()

/** Calls `use` with a stream for inquirer, which sets the terminal raw by it. */
export async function withTypedInput<T>(
  wanted: Wanted,
  use: (input: NodeJS.ReadableStream) => Promise<T>,
): Promise<T> {
  const { stdin, stderr } = process
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (raw: boolean) => stdin.setRawMode(raw),
  })
  // After ^Z and `fg`, readline pauses its input and leaves it to others to go on.
  input.pause = () => input
  const mark = (): void => void stderr.write(MARK_PASTES)
  const decoder = new StringDecoder('utf8')
  const onData = (bytes: Buffer): void => {
    const { typed, refused } = typing.take(decoder.write(bytes), wanted, performance.now())
    if (refused)
      input.emit('keypress', '', { name: PASTED, ctrl: false, meta: false, shift: false })
    if (typed !== '') input.write(typed)
  }
  // The terminal was closed. Its own signal comes later, or never (another group of processes); and
  // with nothing left to read, Node would not wait for it.
  const onEnd = (): void => {
    if (!process.emit('SIGHUP', 'SIGHUP')) process.kill(process.pid, 'SIGHUP')
  }
  stdin.on('data', onData)
  stdin.once('end', onEnd)
  if (stdin.readableEnded) onEnd()
  stdin.resume()
  process.on('SIGCONT', mark)
  mark()
  try {
    return await use(input)
  } finally {
    process.off('SIGCONT', mark)
    stderr.write(LEAVE_PASTES)
    stdin.off('data', onData)
    stdin.off('end', onEnd)
    stdin.pause()
    input.destroy()
  }
}
