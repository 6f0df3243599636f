/**
 * Similar incidents for a moment in which nobody waits: while one is declared. It takes about 300 ms
 * at most; the oldest are left out where there is no time for them, and what goes wrong is a warning.
 */
import { bagOfText } from '../../catalog/bag.ts'
import { similarTo, type Similar } from '../../catalog/similar.ts'
import { readLightly } from './read-catalog.ts'
import type { RecordWorld } from '../record-world.ts'
import { similarLines } from './similar-lines.ts'

const BOUND_MS = 250
/** The newest, which are compared in any case: it takes some ten milliseconds. */
const AT_LEAST = 500
const AT_ONCE = 3

/** `runbook`: the path of the one that is about to be run. */
type Declared = { incident: string; title: string; runbook?: string }

export async function similarInTime(
  world: RecordWorld,
  { incident, title, runbook }: Declared,
): Promise<{ similar: Similar[]; warnings: string[] }> {
  const end = world.clock.mono() + BOUND_MS
  const isOver = (): boolean => world.clock.mono() > end
  try {
    const { bags, summaryOf } = await readLightly(world, isOver)
    const inTime = { bags: () => whileTime(bags(), isOver), summaryOf }
    const similar = similarTo(bagOfText(title, runbook), inTime, {
      most: AT_ONCE,
      except: incident,
    })
    return { similar, warnings: [] }
  } catch (error) {
    // Whatever it was: an incident is declared, and that counts.
    const why = error instanceof Error ? error.message : String(error)
    return { similar: [], warnings: [`similar incidents were not looked for: ${why}`] }
  }
}

function* whileTime<T>(items: Iterable<T>, isOver: () => boolean): Generator<T> {
  let given = 0
  for (const item of items) {
    if (given >= AT_LEAST && isOver()) return
    yield item
    given += 1
  }
}

/** For stderr; nothing where nothing is alike. */
export const seenBefore = (incident: string, similar: readonly Similar[]): string[] =>
  similar.length === 0
    ? []
    : [
        `seen before (more: hotwash similar ${incident}):`,
        ...similarLines(similar).map((line) => `  ${line}`),
      ]
