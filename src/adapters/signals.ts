/**
 * ^C, SIGTERM and SIGHUP of this process. While somebody listens, Node's own reaction (to end) is off.
 * A terminal that is closed says so several times (the kernel, the shell): once heard, it ends nothing
 * that is still to be written down.
 */
import type { Signals } from '../ports/operator.ts'

const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function createSignals(): Signals {
  return {
    listen(on) {
      const listeners = NAMES.map((name) => [name, () => on(name)] as const)
      for (const [name, listener] of listeners) process.on(name, listener)
      process.once('SIGHUP', ignoreFurther)
      return () => {
        for (const [name, listener] of listeners) process.off(name, listener)
        process.off('SIGHUP', ignoreFurther)
      }
    },
  }
}

function ignoreFurther(): void {
  process.on('SIGHUP', () => undefined)
}
