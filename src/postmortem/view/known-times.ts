/** Each moment and each duration by itself, for templates that put them in sentences of their own. */
import { momentInWords } from '../../incident/duration.ts'
import { metrics, type MetricId } from '../../incident/metrics.ts'
import { momentsOf, type Moment, type MomentName } from '../../incident/moments.ts'
import { NOTHING, say, text, type Markdown } from './markdown.ts'
import type { Material } from './material.ts'

/** Empty: not known. */
export type KnownTimes = {
  moments: Record<MomentName, Markdown>
  /** `4 min 10 s [^e3][^e9]`, or `not known: no impact start`. */
  durations: Record<MetricId, Markdown>
}

export const knownTimes = ({ events, citations }: Material): KnownTimes => {
  const moments = Object.fromEntries(
    Object.entries(momentsOf(events)).map(([name, told]) => {
      const last = told.at(-1)
      const says =
        last === undefined ? NOTHING : say`${momentFact(last)} ${citations.cite(last.event)}`
      return [name, says]
    }),
  ) as Record<MomentName, Markdown>
  const durations = Object.fromEntries(
    metrics(events).map(({ id, says, inputs }) => {
      const cites = citations.cite(...inputs.map(({ event }) => event))
      return [id, cites === NOTHING ? text(says) : say`${text(says)} ${cites}`]
    }),
  ) as Record<MetricId, Markdown>
  return { moments, durations }
}

/** The time as well as it is known, and where it is known from. */
export const momentFact = ({ at, precision, source }: Moment): Markdown => {
  const from = source === undefined ? say`` : say`, from ${text(source)}`
  return say`${text(momentInWords(at, precision))}${from}`
}
