/** Identity of this boot of the machine: a pid means something only together with it. */
import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'

let known: string | undefined

export function bootId(): string {
  known ??= readBootId()
  return known
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    // macOS has no boot id. The moment of boot does as one; it is rounded, because uptime and
    // wall clock are read one after the other and the wall clock is slewed.
    const minute = 60_000
    return `boot-${Math.round((Date.now() - uptime() * 1_000) / minute)}`
  }
}
