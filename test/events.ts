/**
 * Events for tests, built through the real schemas: chained, with deterministic times, one second
 * apart unless a draft says `afterMs`. Several writers may take part; the clock runs over all.
 */
import { event, type Actor, type EventDraft, type IncidentEvent } from '../src/incident/event.ts'
import { FIRST_PREV } from '../src/incident/format.ts'
import { sha256 } from '../src/runbook/digest.ts'

export const MARIA: Actor = { name: 'Maria Example', email: 'maria@example.test', host: 'laptop' }
export const JON: Actor = { name: 'Jon Example', email: 'jon@example.test', host: 'desk' }

export type TestDraft = EventDraft & {
  actor?: Actor
  /** Milliseconds since the event before. */
  afterMs?: number
  /** A clock of its own, for two writers that counted to the same number. */
  clock?: number
}

const START = Date.parse('2026-11-21T10:00:00.000Z')

export const makeEvents = (
  drafts: readonly TestDraft[],
  incident = '2026-11-21-login-outage',
): IncidentEvent[] => {
  const writers = new Map<string, { seq: number; prev: string }>()
  let now = START
  let clock = 0
  return drafts.map(({ actor = MARIA, afterMs = 1000, clock: own, ...draft }, index) => {
    if (index > 0) now += afterMs
    clock = own ?? clock + 1
    const writer = writers.get(actor.email) ?? { seq: 0, prev: FIRST_PREV }
    const made = event.parse({
      v: 1,
      seq: writer.seq,
      clock,
      at: new Date(now).toISOString(),
      mono_ms: now - START,
      boot: 'boot-1',
      incident,
      actor,
      tool: 'hotwash 0.1.0',
      prev: writer.prev,
      ...draft,
    }) as IncidentEvent
    const line = `${JSON.stringify(made)}\n`
    writers.set(actor.email, { seq: writer.seq + 1, prev: sha256(line) })
    return made
  })
}
