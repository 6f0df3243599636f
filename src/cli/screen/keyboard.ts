/**
 * While a step runs nobody is asked, and what is typed must not echo into the screen, nor wait in
 * the terminal and answer the next question unread. So the keyboard is held: raw, read, and thrown
 * away, but for ^C, which becomes the signal that it is elsewhere.
 */
const CTRL_C = 0x03

export type Keyboard = { hold(): void; release(): void }

export function createKeyboard(input: NodeJS.ReadStream): Keyboard {
  let held = false
  const discard = (bytes: Buffer | string): void => {
    if (Buffer.from(bytes).includes(CTRL_C)) process.kill(process.pid, 'SIGINT')
  }
  const release = (): void => {
    if (!held) return
    held = false
    input.off('data', discard)
    input.setRawMode(false)
    input.pause()
  }
  // A terminal that was closed refuses every mode; that it is gone, SIGHUP says.
  input.on('error', () => undefined)
  // However the process ends, the shell gets its terminal back.
  process.once('exit', release)
  return {
    hold() {
      if (held) return
      held = true
      input.setRawMode(true)
      input.on('data', discard)
      input.resume()
    },
    release,
  }
}
