/** The day in a title or the name of a file, where it is one slip away from all times of the incident. */
import { datesIn } from '../../markdown/dates.ts'
import { meantDay } from './date-typos.ts'
import type { Found } from './finding.ts'
import type { LintDocument } from './lint-document.ts'
import type { Story } from './story.ts'

export const wrongDays = (document: LintDocument, stories: readonly Story[]): Found[] => [
  ...stories.flatMap(inTitle),
  ...(stories.length === 1 ? stories.flatMap((story) => inFileName(document, story)) : []),
]

const inTitle = (story: Story): Found[] => {
  const title = story.scope.sections.find(({ level }) => level > 0)
  if (title === undefined || title.level > 3) return []
  // A report may be dated by when it was written.
  if (/\b(?:publish|updat|written|review|draft)/i.test(title.title)) return []
  const [date, second] = datesIn(title.title)
  if (date?.day === undefined || second !== undefined || !/\d{4}/.test(date.text)) return []
  return found(story, { day: date.day, line: title.line, what: 'the title' })
}

const inFileName = ({ file, start }: LintDocument, story: Story): Found[] => {
  const name = file.split(/[/\\]/).at(-1) ?? ''
  const day = /(?<!\d)\d{4}-\d\d-\d\d(?!\d)/.exec(name)?.[0]
  if (day === undefined || Number.isNaN(Date.parse(day))) return []
  return found(
    story,
    { day, line: start.line, what: 'the name of the file' },
    (meant) =>
      // Posts are named by the day on which they appear: later, and on any day.
      day < meant || day.slice(5) === meant.slice(5),
  )
}

const found = (
  { groups, moments, typos }: Story,
  { day, line, what }: { day: string; line: number; what: string },
  isSure: (meant: string) => boolean = () => true,
): Found[] => {
  const stamps = [...groups.flat(), ...moments]
    .map(({ stamp }) => stamp)
    .filter(
      (stamp) =>
        stamp.hasDay && stamp.day !== undefined && stamp.line !== line && !typos.has(stamp),
    )
  const days = stamps.flatMap((stamp) => stamp.day ?? [])
  const meant = days.includes(day) ? undefined : meantDay(day, [...days, ...days])
  const source = stamps.find((stamp) => stamp.day === meant) ?? stamps[0]
  if (meant === undefined || source === undefined || !isSure(meant)) return []
  const message = `${what} says ${day}, and the times below say ${source.day}`
  return [{ line, column: 1, message, also: [{ line: source.line, column: source.column }] }]
}
