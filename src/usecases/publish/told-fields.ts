/** The fields of the head whose words outsiders are told, each with its place: there leaks are mended. */
import type { FrontMatter } from '../../postmortem/front-matter/schema.ts'

export type ToldField = { path: (string | number)[]; value: string }

export const toldFields = (head: FrontMatter | undefined): ToldField[] => {
  const marked = head?.public ?? {}
  const { impact } = head ?? {}
  const known =
    impact !== null && impact !== undefined && !('unknown' in impact) ? impact : undefined
  const list = (path: string[], values: readonly string[] | null | undefined): ToldField[] =>
    (values ?? []).map((value, index) => ({ path: [...path, index], value }))
  const one = (path: string[], value: string | null | undefined): ToldField[] =>
    value === null || value === undefined ? [] : [{ path, value }]
  const numbers = marked.numbers ?? Object.keys(known?.numbers ?? {})
  return [
    ...one(['public', 'title'], marked.title),
    ...(marked.services === null || marked.services === undefined
      ? list(['services'], head?.services)
      : list(['public', 'services'], marked.services)),
    ...one(['public', 'summary'], marked.summary),
    ...(marked.impact === null || marked.impact === undefined
      ? one(['impact', 'says'], known?.says)
      : one(['public', 'impact'], marked.impact)),
    ...numbers.map((name) => ({
      path: ['impact', 'numbers', name],
      value: name.replace(/_/g, ' '),
    })),
    ...one(['public', 'cause'], marked.cause),
    ...(head?.contributing_factors ?? []).flatMap(({ id, says }, index) =>
      marked.factors?.includes(id) === true
        ? [{ path: ['contributing_factors', index, 'says'], value: says }]
        : [],
    ),
    ...list(['public', 'remedies'], marked.remedies),
    ...(head?.actions ?? []).flatMap(({ id, title }, index) =>
      marked.actions?.includes(id) === true
        ? [{ path: ['actions', index, 'title'], value: title }]
        : [],
    ),
  ]
}
