/** Order: of the rows of a timeline, and of the moments of an incident. */
import { readCitedRows } from '../cited-rows.ts'
import type { Found } from '../finding.ts'
import type { Moment, Role } from '../moments.ts'
import type { Misplaced } from '../order.ts'
import type { LintRule } from '../rule.ts'
import { spanBetween, type Stamp } from '../stamps.ts'
import { wrongDays } from '../stated-day.ts'
import { storiesOf } from '../story.ts'

const sameSpot = (a: Stamp, b: Stamp): boolean => a.line === b.line && a.column === b.column

export const timelineOrder: LintRule = {
  id: 'timeline-order',
  severity: 'error',
  reason:
    'A row out of order has a wrong time or a wrong place; either way cause and effect are told in the wrong order.',
  suggestion: 'correct its time, or move it to where it belongs',
  good: '- 23:50 the alert fires\n- 00:05 the old key is put back\n- 00:20 logins work again',
  bad: '- 10:15 the alert fires\n- 10:40 the old key is put back\n- 10:25 logins work again\n- 10:45 all caches are warm',
  check: (document, { record }) => {
    const read = record === undefined ? undefined : readCitedRows(document, record)
    return storiesOf(document).flatMap(({ misplaced }) =>
      misplaced
        .filter((one) => read === undefined || !isLeftToLog(one, read))
        .map(({ row: { stamp }, other: { stamp: other }, early }): Found => ({
          line: stamp.line,
          column: stamp.column,
          message: `${stamp.text} stands ${early ? 'after' : 'before'} ${other.text} (line ${other.line})`,
          also: [{ line: other.line, column: other.column }],
        })),
    )
  },
}

/**
 * Where there is a log, its times judge what cites it (timeline-vs-log); and rows in the order of the
 * log are in order: clocks of machines disagree.
 */
const isLeftToLog = (
  { row, other, early }: Misplaced,
  read: ReturnType<typeof readCitedRows>,
): boolean => {
  const [one, two] = [read(row), read(other)]
  if (one === undefined || two === undefined) return (one ?? two) !== undefined
  if (!one.agrees || !two.agrees) return true
  if (one.position === undefined || two.position === undefined) return false
  return early ? one.position > two.position : one.position < two.position
}

export const dateTypo: LintRule = {
  id: 'date-typo',
  severity: 'error',
  reason: 'One slip in a date (last year, a month, day and month swapped) makes durations absurd.',
  suggestion: 'correct the date',
  good: '- 2026-01-03 23:10 the alert fires\n- 2026-01-03 23:40 the key is put back\n- 2026-01-04 00:05 logins work again',
  bad: '- 2026-01-03 23:10 the alert fires\n- 2025-01-03 23:40 the key is put back\n- 2026-01-04 00:05 logins work again',
  check: (document, { now }) => [
    ...wrongDays(document, storiesOf(document)),
    ...storiesOf(document).flatMap(({ typos, groups, moments }) => {
      const found = [...typos].map(([{ line, column, text }, { meant, before }]): Found => {
        const why =
          before === undefined
            ? 'is far from all other times'
            : `is out of order beside line ${before.line}`
        const message = `${text} ${why}; ${meant} was probably meant`
        const also = before === undefined ? [] : [{ line: before.line, column: before.column }]
        return { line, column, message, ...(also.length > 0 && { also }) }
      })
      const limit = now === undefined ? Infinity : Date.parse(now) + DAY
      const later = [...groups.flat(), ...moments]
        .filter(({ stamp }) => stamp.hasDay && (stamp.wall ?? 0) > limit && !typos.has(stamp))
        .map(({ stamp: { line, column, text } }): Found => ({
          line,
          column,
          message: `${text} is in the future`,
        }))
      // A row can be a moment, too.
      return [
        ...new Map([...found, ...later].map((one) => [`${one.line}:${one.column}`, one])).values(),
      ]
    }),
  ],
}

const DAY = 86_400_000

const NAMES: Readonly<Record<Role, string>> = {
  start: 'the start',
  detected: 'the detection',
  declared: 'the declaration',
  acknowledged: 'the acknowledgment',
  mitigated: 'the mitigation',
  resolved: 'the resolution',
}

const AFTER: readonly [Role, Role][] = [
  ['start', 'detected'],
  ['start', 'mitigated'],
  ['start', 'resolved'],
  ['detected', 'mitigated'],
  ['detected', 'resolved'],
  ['mitigated', 'resolved'],
]

export const momentOrder: LintRule = {
  id: 'moment-order',
  severity: 'error',
  reason:
    'Nothing is detected before it starts, or over before it is repaired: one of the two times is wrong.',
  suggestion: 'correct the time that is wrong',
  good: '- First detected: 2026-03-04 10:15\n- Repaired: 2026-03-04 11:43\n- Resolved: 2026-03-04 11:50',
  bad: '- First detected: 2026-03-04 10:15\n- Repaired: 2026-03-04 11:43\n- Resolved: 2026-03-04 11:20',
  check: (document) =>
    storiesOf(document).flatMap(({ moments, typos }) => {
      const told = new Set<Stamp>()
      const single = (role: Role): Moment | undefined => {
        const all = moments.filter(
          (one) => one.role === role && (one.from === 'label' || one.from === 'head'),
        )
        return all.length === 1 && all[0] !== undefined && !typos.has(all[0].stamp)
          ? all[0]
          : undefined
      }
      return AFTER.flatMap(([first, second]): Found[] => {
        const before = single(first)
        const after = single(second)
        if (before === undefined || after === undefined || told.has(after.stamp)) return []
        const span = spanBetween(before.stamp, after.stamp)
        if (span === undefined || span.modulo || span.ms >= -span.slack) return []
        told.add(after.stamp)
        const { line, column, text } = after.stamp
        const source = before.stamp
        const message = `${NAMES[second]} (${text}) is before ${NAMES[first]} (${source.text}, line ${source.line})`
        return [{ line, column, message, also: [{ line: source.line, column: source.column }] }]
      })
    }),
}

export const momentConflict: LintRule = {
  id: 'moment-conflict',
  severity: 'error',
  reason:
    'The same moment has two times in one report: every duration that is made of it is in doubt.',
  suggestion: 'find out which one holds, and correct the other',
  good: '- Repaired: 2026-03-04 11:43\n\n| Time | What |\n| --- | --- |\n| 2026-03-04 11:43 | Incident repaired |',
  bad: '- Repaired: 2026-03-04 11:43\n\n| Time | What |\n| --- | --- |\n| 2026-03-04 12:10 | Incident repaired |',
  check: (document, { record }) =>
    storiesOf(document).flatMap(({ moments, typos }) =>
      (Object.keys(NAMES) as Role[]).flatMap((role): Found[] => {
        const all = moments.filter(
          (one) =>
            one.role === role &&
            one.from !== 'told' &&
            // Where there is a log, it judges the head.
            (one.from !== 'head' || record === undefined) &&
            !typos.has(one.stamp),
        )
        const [first, ...others] = all
        if (first === undefined) return []
        return others.flatMap((other): Found[] => {
          // Two labels of one role may mean two things; a label and a row that repeats it do not.
          if (other.from === first.from || sameSpot(other.stamp, first.stamp)) return []
          const span = spanBetween(first.stamp, other.stamp)
          if (span === undefined || Math.abs(span.ms) <= span.slack + 60_000) return []
          if (span.modulo && Math.abs(span.ms - 86_400_000) <= span.slack + 60_000) return []
          const { line, column, text } = other.stamp
          const message = `${text} for ${NAMES[role]}, but line ${first.stamp.line} says ${first.stamp.text}`
          return [
            {
              line,
              column,
              message,
              also: [{ line: first.stamp.line, column: first.stamp.column }],
            },
          ]
        })
      }),
    ),
}
