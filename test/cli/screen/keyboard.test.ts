import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { createKeyboard } from '../../../src/cli/screen/keyboard.ts'

/** As Node's terminal: what is refused is an event, and thrown where nobody listens. */
class ClosedTerminal extends EventEmitter {
  setRawMode(): void {
    this.emit('error', Object.assign(new Error('setRawMode EIO'), { code: 'EIO' }))
  }
  resume(): void {}
  pause(): void {}
}

test('a terminal that was closed ends nothing', () => {
  const input = new ClosedTerminal()
  expect(() => input.setRawMode()).toThrow('EIO')
  const keyboard = createKeyboard(input as unknown as NodeJS.ReadStream)
  keyboard.hold()
  keyboard.release()
  expect(input.listenerCount('data')).toBe(0)
})
