import { openStore } from '../record/store.ts'
import type { RecordWorld } from './record-world.ts'
import type { World } from './world.ts'

/** The part of the world that the record needs. */
export function recordWorldOf(world: World): RecordWorld {
  const { process, clock, random } = world.ports
  const base = { ...world, process, clock, random }
  return { ...base, store: openStore(base) }
}
