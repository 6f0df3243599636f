import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../ports/clock.ts'
import { bootId } from './boot.ts'

const NS_PER_MS = 1e6

export function createClock(): Clock {
  return {
    now: () => Date.now(),
    // hrtime counts from the boot, so that two processes of one boot can be compared.
    mono: () => Number(process.hrtime.bigint()) / NS_PER_MS,
    boot: bootId,
    async sleep(ms, signal) {
      try {
        await delay(ms, undefined, signal === undefined ? {} : { signal })
      } catch (error) {
        throw signal?.aborted ? signal.reason : error
      }
    },
  }
}
