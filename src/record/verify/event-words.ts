/** How a finding names its event: as the trailer of the commit does, and by its place in the timeline. */
import { eventName } from '../names.ts'

type Named = { writer: string; seq: number; clock?: number | undefined }

/** Post-mortems and `audit log` count by the clock, over all logs; a trailer counts within its log. */
export function eventWords({ writer, seq, clock }: Named): string {
  const place = clock === undefined ? '' : ` (event ${clock} of the timeline)`
  return `event ${eventName(writer, { seq })}${place}`
}

/** The event of a log that has this byte; its clock, where the line still has one. */
export function eventOfByte(log: Buffer, offset: number): { seq: number; clock?: number } {
  let [seq, start] = [0, 0]
  for (let end = log.indexOf(10); end !== -1 && end < offset; end = log.indexOf(10, start)) {
    start = end + 1
    seq += 1
  }
  const clock = /^\{"v":1,"seq":\d+,"clock":(\d{1,15}),/.exec(
    log.toString('latin1', start, start + 80),
  )?.[1]
  return clock === undefined ? { seq } : { seq, clock: Number(clock) }
}
