/** Whether a stated length of time can be that between two points in time. */
import { durationInWords } from '../../incident/duration.ts'
import type { FoundDuration } from '../../markdown/durations.ts'
import type { Span } from './stamps.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * As people round: to the unit that they name; to five minutes, to half an hour. What is said to be
 * approximate may be wrong by half.
 */
export const fits = (claim: FoundDuration, span: Span): boolean => {
  const low = claim.ms
  const high = claim.toMs ?? claim.ms
  const rounding = roundingOf(claim)
  const slack =
    span.slack + (claim.approximate ? Math.max(rounding, low / 2, 5 * MINUTE) : rounding)
  const days = span.modulo ? Math.floor(high / DAY) : 0
  const spans = [span.ms + days * DAY, ...(days > 0 ? [span.ms + (days - 1) * DAY] : [])]
  const least = claim.bound === 'most' ? 0 : low - slack
  const most = claim.bound === 'least' ? Infinity : high + slack
  return spans.some((ms) => ms >= least && ms <= most)
}

const roundingOf = ({ ms, text }: FoundDuration): number => {
  // `13.5 hours`, `half an hour`
  if (/\d\.\d/.test(text)) return (ms >= HOUR ? 0.05 * HOUR : 0.05 * MINUTE) * 1.2
  if (/half|^an? /i.test(text)) return ms >= HOUR / 2 ? 10 * MINUTE : MINUTE
  if (ms % DAY === 0) return DAY / 2
  if (ms % HOUR === 0 && !/m/i.test(text.replace(/hours?/gi, ''))) return HOUR / 2
  if (ms % (30 * MINUTE) === 0) return 5 * MINUTE
  if (ms % (5 * MINUTE) === 0) return 2.5 * MINUTE
  if (ms % MINUTE === 0) return MINUTE / 2
  return SECOND
}

/** `1 h 28 min`: seconds only where they were given. */
export const spanInWords = ({ ms, slack }: Span): string => {
  const minutes = Math.round(ms / MINUTE)
  if (slack < MINUTE / 2 || minutes === 0) return durationInWords(ms)
  if (Math.abs(minutes) < 60) return `${minutes} min`
  return durationInWords(minutes * MINUTE)
}
