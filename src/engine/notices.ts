/**
 * Messages that a `notify` step could not deliver, tried again in the background: whenever a step
 * begins, and once more at the end of the command. One at a time, each with its own limit. Nobody
 * waits for them but the end, for a stated time. What becomes of one is noted in the record.
 */
import { durationInWords } from '../incident/duration.ts'
import { deliver, type Delivery } from '../steps/kinds/notify/deliver.ts'
import { allKept, forget, keep, reveal, type Kept, type Queue } from '../steps/kinds/notify/kept.ts'
import type { LiveRun } from './live-run.ts'

const TRY_MS = 5_000
/** Between two tries of one message; doubled each time. */
const PAUSE_MS = 1_000
const MAX_PAUSE_MS = 300_000
const MAX_AGE_MS = 7 * 24 * 3_600_000

const working = new WeakMap<LiveRun, Promise<number>>()

/** Returns at once. */
export function tryNotices(live: LiveRun): void {
  void retry(live)
}

/** Waits until each was tried, or the limit is over; says how many are still kept. */
export async function flushNotices(live: LiveRun, limitMs: number): Promise<void> {
  const ending = new AbortController()
  const late = live.ports.clock.sleep(limitMs, ending.signal).catch(() => {})
  const left = await Promise.race([retry(live), late])
  ending.abort()
  if (left === 0) return
  const many = left === undefined ? 'messages that could not be delivered are' : inWords(left)
  const text = `${many} kept, and tried again when this incident is resumed or run again`
  live.operator.show({ type: 'say', level: 'warning', text })
}

const inWords = (count: number): string =>
  count === 1
    ? 'one message that could not be delivered is'
    : `${count} messages that could not be delivered are`

/** One walk over them at a time. The number of those that are still kept. */
function retry(live: LiveRun): Promise<number> {
  const walk = working.get(live) ?? walkOver(live).finally(() => working.delete(live))
  working.set(live, walk)
  return walk
}

async function walkOver(live: LiveRun): Promise<number> {
  const queue = { files: live.ports.files, incident: live.journal.incident, root: live.root }
  let left = 0
  try {
    for (const kept of await allKept(queue)) {
      const isDue = kept.not_before_ms <= live.ports.clock.now()
      if (!isDue || !(await tryOne(live, queue, kept))) left += 1
    }
  } catch (error) {
    const text = live.redactor.mask(`kept messages: ${(error as Error).message}`)
    live.operator.show({ type: 'say', level: 'warning', text })
  }
  return left
}

/** True when it is done with. */
async function tryOne(live: LiveRun, queue: Queue, kept: Kept): Promise<boolean> {
  const tried = { ...kept, tries: kept.tries + 1 }
  const delivery = await deliverOne(live, kept)
  const ageMs = live.ports.clock.now() - kept.since_ms
  if (delivery.is === 'later' && ageMs <= MAX_AGE_MS) {
    const pauseMs = delivery.afterMs ?? Math.min(MAX_PAUSE_MS, PAUSE_MS * 2 ** kept.tries)
    const why = live.redactor.mask(delivery.why)
    await keep(queue, { ...tried, why, not_before_ms: live.ports.clock.now() + pauseMs })
    return false
  }
  await forget(queue, kept)
  const after = `after ${tried.tries} tries in ${durationInWords(ageMs)}`
  note(
    live,
    kept,
    delivery.is === 'delivered' ? `delivered ${after}` : `gave up ${after}: ${delivery.why}`,
  )
  return true
}

function deliverOne(live: LiveRun, kept: Kept): Promise<Delivery> {
  const values = live.secrets.values()
  const message = reveal(kept.message, (name) =>
    Object.hasOwn(values, name) ? values[name] : undefined,
  )
  if (message === undefined) {
    const why = 'a secret of its address is not there now'
    return Promise.resolve({ is: 'later', why, status: undefined, afterMs: undefined })
  }
  const { http, clock } = live.ports
  return deliver(message, { http, signal: AbortSignal.timeout(TRY_MS), nowMs: clock.now() })
}

function note(live: LiveRun, { step, message }: Kept, words: string): void {
  const text = live.redactor.mask(`notification of step ${step} to ${message.service}: ${words}`)
  live.journal.append({ type: 'note.added', data: { text, step } })
  live.kick()
  live.operator.show({ type: 'say', level: 'info', text })
}
