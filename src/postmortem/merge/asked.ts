/** Questions that a person answered are not asked again in other words. */
import { askOn, placeMarked } from '../to-write.ts'
import type { Line } from './lines.ts'

type Asked = { base: readonly Line[]; yours: readonly Line[]; theirs: readonly Line[] }

/**
 * `theirs`, with what it asks in the words of `base` wherever `yours` has no mark any more: there the
 * record has nothing new, and what the person made of it stands.
 */
export const askedAsBefore = ({ base, yours, theirs }: Asked): Line[] => {
  const open = new Set(questionsOf(yours).keys())
  const before = questionsOf(base)
  const now = new Map(
    [...questionsOf(theirs)].flatMap(([place, { at }]) => {
      const was = open.has(place) ? undefined : before.get(place)
      return was === undefined ? [] : [[at, was.line] as const]
    }),
  )
  return theirs.map((line, n) => now.get(n) ?? line)
}

/** By the name of the place that is marked in the line below. */
const questionsOf = (lines: readonly Line[]): Map<string, { at: number; line: Line }> =>
  new Map(
    lines.flatMap((line, at) => {
      const place = placeMarked(lines[at + 1]?.text ?? '')
      return place === undefined || askOn(line.text) === undefined ? [] : [[place, { at, line }]]
    }),
  )
