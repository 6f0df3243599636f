/** Collects the problems of one text: every problem once, in the order of the text. */
import type { Issue, Place } from '../../errors.ts'
import { excerptOf, linesOf, maskUrls } from './place.ts'

export type Path = readonly (string | number)[]

export type Problem = {
  code: string
  message: string
  hint?: string | undefined
  severity?: Issue['severity']
  /** The line holds what must not be shown, not even to its author: it would be in the log of CI. */
  noExcerpt?: boolean
}

export type Problems = {
  file: string
  add(offset: number, problem: Problem): void
  /** Issues of another text, which belong to this place here. */
  adopt(offset: number, issues: readonly Issue[]): void
  place(offset: number): Place
  issues(): Issue[]
  hasErrors(): boolean
}

const MAX_ISSUES = 100

export function collectProblems(text: string, file: string): Problems {
  const lines = linesOf(text)
  const found = new Map<string, { offset: number; issue: Issue }>()
  const put = (offset: number, issue: Issue): void => {
    const { file: where, line, column } = issue.place
    const key = `${where}:${line}:${column}:${issue.message}`
    if (found.size < MAX_ISSUES && !found.has(key)) found.set(key, { offset, issue })
  }
  return {
    file,
    place: (offset) => ({ file, ...lines.at(offset) }),
    hasErrors: () => [...found.values()].some(({ issue }) => issue.severity === 'error'),
    add(offset, { code, hint, severity = 'error', noExcerpt = false, ...said }) {
      const message = maskUrls(said.message)
      const place = { file, ...lines.at(offset) }
      const excerpt = noExcerpt ? {} : { excerpt: excerptOf(lines, place) }
      const issue = { code, message, place, severity, ...excerpt, ...(hint && { hint }) }
      put(offset, issue)
    },
    adopt: (offset, issues) => {
      for (const issue of issues) put(offset, issue)
    },
    issues: () =>
      [...found.values()].toSorted((a, b) => a.offset - b.offset).map(({ issue }) => issue),
  }
}
