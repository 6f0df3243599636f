/** What the record leaves open, and the command or place that closes it. */
import { momentsOf, type MomentName } from '../../incident/moments.ts'
import type { FrontMatter } from '../front-matter/schema.ts'
import { code, join, say, words, type Markdown } from './markdown.ts'
import type { Material } from './material.ts'

const TOLD_BY = {
  impact_start: [say`when the impact began`, '--impact-start TIME'],
  detected: [say`when it was detected`, '--detected-at TIME'],
  mitigated: [say`when users no longer suffered`, '--status mitigated --at TIME'],
} as const satisfies Partial<Record<MomentName, readonly [Markdown, string]>>

export const unknowns = (
  { state, events }: Material,
  head: FrontMatter | undefined,
  causes: number,
): Markdown[] => {
  if (state.drill) return []
  const moments = momentsOf(events)
  const times = Object.entries(TOLD_BY).flatMap(([key, [what, flag]]) => {
    const name = key as MomentName
    if (moments[name].length > 0) return []
    // Before its end nobody can be expected to say.
    if (name === 'mitigated' && state.resolvedAt === undefined) return []
    const reason = (head?.unknown_times as Partial<Record<MomentName, string>> | undefined)?.[name]
    if (reason !== undefined) return [say`${what}: ${words(reason)}`]
    return [say`${what} (${code(`hotwash update ${state.id} ${flag}`)})`]
  })
  const steps = state.runs.flatMap((run) =>
    [...run.steps.values()].filter(({ status }) => status === 'unknown').map(({ id }) => code(id)),
  )
  return [
    ...times,
    ...(head?.impact === null || head?.impact === undefined
      ? [say`who was hit, and how many (${code('impact')} in the head)`]
      : []),
    ...(causes === 0 ? [say`the cause: no finding on record is likely or confirmed`] : []),
    ...(steps.length === 0 ? [] : [say`what became of ${join(steps, ', ')}`]),
  ]
}
