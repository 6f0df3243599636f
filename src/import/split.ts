/**
 * One file with many incidents: an incident log. Its incidents begin with headings of one level that
 * name a day; what stands between them belongs to none.
 */
import { datesIn } from '../markdown/dates.ts'
import { readDocument, type Section } from '../markdown/document.ts'
import { leadingTime } from '../markdown/leading-time.ts'
import { isTimeline } from '../markdown/stated.ts'
import { ANY } from '../markdown/timeline-entry.ts'

type Part = { text: string; firstLine: number; endLine: number }
/** Lines of the file, the last included. */
export type Lines = { from: number; to: number }
export type Split = { parts: Part[]; between: Lines[] }

const MOST_PARTS = 1_000

/** Empty: the file holds one incident. */
export const splitIncidents = (text: string): Split => {
  const { sections, lines } = readDocument(text)
  const level = levelOfIncidents(sections)
  if (level === undefined) return { parts: [], between: [] }
  const starts = sections.filter((section) => section.level === level && isDated(section))
  const parts = starts.slice(0, MOST_PARTS).map(({ line }) => {
    const next = sections.find((section) => section.line > line && section.level <= level)
    const endLine = (next?.line ?? lines.length + 1) - 1
    return { text: lines.slice(line - 1, endLine).join('\n'), firstLine: line, endLine }
  })
  return { parts, between: between(parts, lines) }
}

/** The highest level with at least two headings that name different days. */
const levelOfIncidents = (sections: readonly Section[]): number | undefined => {
  for (let level = 1; level <= 4; level += 1) {
    const days = sections.filter((each) => each.level === level && isDated(each))
    if (new Set(days.map(({ title }) => title)).size >= 2) return level
  }
  return undefined
}

/** A day of a timeline is no incident, and neither is a time of day. */
const isDated = (section: Section): boolean =>
  !isTimeline(section) &&
  leadingTime(section.title, ANY) === undefined &&
  datesIn(section.title, { day: '2000-01-01' }).length > 0

const between = (parts: readonly Part[], lines: readonly string[]): Lines[] => {
  const gaps: Lines[] = []
  let from = 1
  for (const { firstLine, endLine } of [...parts, { firstLine: lines.length + 1, endLine: 0 }]) {
    const gap = lines.slice(from - 1, firstLine - 1)
    if (gap.some((line) => line.trim() !== '')) gaps.push({ from, to: firstLine - 1 })
    from = endLine + 1
  }
  return gaps
}
