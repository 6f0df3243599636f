/** Where a machine's wall clock was set, or its time stood still, between two of its own events. Pure. */
import { durationInWords } from './duration.ts'
import type { IncidentEvent } from './event.ts'

/** What a wall clock may differ from the monotonic one without a word: it is slewed all the time. */
const TOLERANCE_MS = 5_000

/**
 * A sentence for each event whose time does not follow from the one before of the same boot, by its
 * clock number. The monotonic clock does not count sleep, so that a laptop that slept looks the same
 * as a clock that was put forward.
 */
export function clockJumps(events: readonly IncidentEvent[]): Map<number, string> {
  const offsets = new Map<string, number>()
  const jumps = new Map<number, string>()
  for (const { boot, actor, at, mono_ms: mono, clock } of events) {
    const machine = `${actor.host} ${boot}`
    const offset = Date.parse(at) - mono
    const jumped = offset - (offsets.get(machine) ?? offset)
    offsets.set(machine, offset)
    if (Math.abs(jumped) > TOLERANCE_MS) jumps.set(clock, inWords(jumped, actor.host))
  }
  return jumps
}

function inWords(jumpedMs: number, host: string): string {
  const by = durationInWords(Math.abs(jumpedMs))
  return jumpedMs < 0
    ? `The clock of ${host} went back by ${by} before this.`
    : `The clock of ${host} went forward by ${by} before this, or the machine slept.`
}
