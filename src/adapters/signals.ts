/** ^C, SIGTERM and SIGHUP of this process. While somebody listens, Node's own reaction (to end) is off. */
import type { Signals } from '../ports/operator.ts'

const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function createSignals(): Signals {
  return {
    listen(on) {
      const listeners = NAMES.map((name) => [name, () => on(name)] as const)
      for (const [name, listener] of listeners) process.on(name, listener)
      return () => {
        for (const [name, listener] of listeners) process.off(name, listener)
      }
    },
  }
}
