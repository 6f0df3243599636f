/**
 * A file may hold a year of incidents, each under a heading with its date: what one says must not be
 * compared with what another says.
 */
import type { Document, Section } from '../../markdown/document.ts'
import { datesIn } from '../../markdown/dates.ts'
import { isTimelineTitle } from './section-kinds.ts'

export type Scope = {
  sections: readonly Section[]
  /** `2026-11-21`, where the heading of the report names one day. */
  day: string | undefined
}

/** A document that was imported is held against itself, not against what was corrected since. */
export const scopesOf = ({ sections }: Document, importedFrom = Infinity): Scope[] => {
  const own = sections.filter(({ line }) => line < importedFrom)
  if (own.length === sections.length) return scopesIn(sections)
  return [...scopesIn(own), ...scopesIn(sections.slice(own.length))]
}

const scopesIn = (sections: readonly Section[]): Scope[] => {
  const dated = sections.filter(
    ({ level, title, path }) => level > 0 && isIncident(title) && !isDayOfTimeline(path),
  )
  const level = mostFrequent(dated.map((section) => section.level))
  const heads = new Set(dated.filter((section) => section.level === level))
  if (heads.size < 2) return [{ sections, day: undefined }]
  const scopes: Section[][] = [[]]
  for (const section of sections) {
    if (heads.has(section) || (level !== undefined && section.level < level)) scopes.push([])
    scopes.at(-1)?.push(section)
  }
  return scopes.map((own) => ({ sections: own, day: dayOf(own[0]?.title ?? '') }))
}

const isIncident = (title: string): boolean =>
  dayOf(title) !== undefined &&
  (/\b(?:incident|outage|post-?mortem|downtime)\b/i.test(title) ||
    /^\W{0,3}(?:\d|[A-Z][a-z]{2,8} \d)/.test(title)) &&
  // A day of one timeline, or one of its times.
  !/\d:\d\d\b(?!.*\b(?:incident|outage))/i.test(title.replace(/\bincident on\b.*/i, 'incident'))

/** `## Timeline`, and below it a heading for each day: of one incident. */
const isDayOfTimeline = (path: readonly string[]): boolean =>
  path.slice(0, -1).some((title) => isTimelineTitle(title))

const dayOf = (title: string): string | undefined => datesIn(title)[0]?.day

const mostFrequent = (levels: readonly number[]): number | undefined => {
  const counts = [...Map.groupBy(levels, (level) => level)].map(([level, all]) => ({
    level,
    count: all.length,
  }))
  return counts.toSorted((a, b) => b.count - a.count)[0]?.level
}
