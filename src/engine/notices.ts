/**
 * Messages that a `notify` step could not deliver, tried again in the background: whenever a step
 * begins, and once more at the end of the command. One at a time, each with its own limit. Nobody
 * waits for them but the end, for a stated time. What becomes of one is noted in the record.
 */
import { durationInWords } from '../incident/duration.ts'
import { deliver, type Delivery } from '../steps/kinds/notify/deliver.ts'
import { allKept, forget, keep, reveal, type Kept, type Queue } from '../steps/kinds/notify/kept.ts'
import type { LiveRun } from './live-run.ts'
import { say } from './record-step.ts'

const TRY_MS = 5_000
/** Between two tries of one message; doubled each time. */
const PAUSE_MS = 1_000
const MAX_PAUSE_MS = 300_000
const MAX_AGE_MS = 7 * 24 * 3_600_000

const working = new WeakMap<LiveRun, Promise<number>>()
/** `pauses`: when this process may try a message again, by its id; another command may at once. */
type Own = { pauses: Map<string, number>; stop: AbortController }
const owns = new WeakMap<LiveRun, Own>()

function ownOf(live: LiveRun): Own {
  const own = owns.get(live) ?? { pauses: new Map<string, number>(), stop: new AbortController() }
  owns.set(live, own)
  return own
}

/** Returns at once. */
export function tryNotices(live: LiveRun): void {
  void retry(live, { isEnd: false })
}

/** Waits until each was tried, or the limit is over; says how many are still kept. */
export async function flushNotices(live: LiveRun, limitMs: number): Promise<void> {
  const ending = new AbortController()
  const late = live.ports.clock.sleep(limitMs, ending.signal).catch(() => {})
  const left = await Promise.race([retry(live, { isEnd: true }), late])
  ending.abort()
  // Or a receiver that does not answer would keep the process alive, once for each message.
  ownOf(live).stop.abort()
  if (left === 0) return
  const many = left === undefined ? 'messages that could not be delivered are' : inWords(left)
  say(live, 'warning', `${many} kept, and tried again when this incident is resumed or run again`)
}

const inWords = (count: number): string =>
  count === 1
    ? 'one message that could not be delivered is'
    : `${count} messages that could not be delivered are`

type Walk = { isEnd: boolean }

/** One walk over them at a time. The number of those that are still kept. */
async function retry(live: LiveRun, walk: Walk): Promise<number> {
  const present = working.get(live)
  if (present !== undefined && !walk.isEnd) return present
  await present
  const begun = walkOver(live, walk).finally(() => working.delete(live))
  working.set(live, begun)
  return begun
}

async function walkOver(live: LiveRun, { isEnd }: Walk): Promise<number> {
  const queue = { files: live.ports.files, incident: live.journal.incident, root: live.root }
  const { pauses, stop } = ownOf(live)
  let left = 0
  try {
    for (const kept of await allKept(queue)) {
      const pausedUntil = isEnd ? 0 : (pauses.get(kept.id) ?? 0)
      const now = live.ports.clock.now()
      const isDue = Math.max(kept.not_before_ms, pausedUntil) <= now && !stop.signal.aborted
      if (isDue && (await tryOne(live, queue, kept))) continue
      left += 1
      const pauseMs = Math.min(MAX_PAUSE_MS, PAUSE_MS * 2 ** kept.tries)
      if (isDue) pauses.set(kept.id, live.ports.clock.now() + pauseMs)
    }
  } catch (error) {
    say(live, 'warning', `kept messages: ${(error as Error).message}`)
  }
  return left
}

/** True when it is done with. */
async function tryOne(live: LiveRun, queue: Queue, kept: Kept): Promise<boolean> {
  const tried = { ...kept, tries: kept.tries + 1 }
  const delivery = await deliverOne(live, kept)
  const ageMs = live.ports.clock.now() - kept.since_ms
  if (delivery.is === 'later' && ageMs <= MAX_AGE_MS) {
    const why = live.redactor.mask(delivery.why)
    const not_before_ms = live.ports.clock.now() + (delivery.afterMs ?? 0)
    await keep(queue, { ...tried, why, not_before_ms })
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
  const signal = AbortSignal.any([AbortSignal.timeout(TRY_MS), ownOf(live).stop.signal])
  return deliver(message, { http, signal, nowMs: clock.now() })
}

function note(live: LiveRun, { step, message }: Kept, words: string): void {
  const text = live.redactor.mask(`notification of step ${step} to ${message.service}: ${words}`)
  live.journal.append({ type: 'note.added', data: { text, step } })
  live.kick()
  say(live, 'info', text)
}
