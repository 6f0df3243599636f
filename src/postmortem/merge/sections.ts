/** A report as sections that can be matched: parts of the head by field, the rest by heading. */
import { readDocument } from '../../markdown/document.ts'
import type { Line } from './lines.ts'

export type Section = {
  /** 0: what stands before the first heading or field. */
  level: number
  /** Of the heading, without its marks; the name of a field. */
  title: string
  /** The heading or field itself first; without the blank lines at the end. */
  lines: Line[]
  blanks: number
  parent: Section | undefined
  children: Section[]
}

/** Flat, in order; the first one has level 0 and no heading. */
export const sectionsOfBody = (lines: readonly Line[]): Section[] => {
  const document = readDocument(lines.map(({ text }) => text).join('\n'))
  const [, ...headed] = document.sections
  const starts = headed.map(({ level, title, line }) => ({ level, title, from: line - 1 }))
  return cut(lines, starts)
}

export const sectionsOfHead = (lines: readonly Line[]): Section[] =>
  cut(
    lines,
    lines.flatMap(({ text }, from) => {
      const title = /^["']?([A-Za-z_][\w-]*)["']?[ \t]*:/.exec(text)?.[1]
      return title === undefined ? [] : [{ level: 1, title, from }]
    }),
  )

type Start = { level: number; title: string; from: number }

const cut = (lines: readonly Line[], starts: readonly Start[]): Section[] => {
  const all = [{ level: 0, title: '', from: 0 }, ...starts]
  const open: Section[] = []
  return all.map(({ level, title, from }, n) => {
    const whole = lines.slice(from, all[n + 1]?.from)
    const end = whole.findLastIndex(({ key }) => key !== '') + 1
    while (open.length > 1 && (open.at(-1)?.level ?? 0) >= level) open.pop()
    const parent = open.at(-1)
    const section = {
      level,
      title,
      lines: whole.slice(0, end),
      blanks: whole.length - end,
      parent,
      children: [],
    }
    parent?.children.push(section)
    open.push(section)
    return section
  })
}

/** With everything below it. */
export const wholeOf = (section: Section): Line[] => [
  ...section.lines,
  ...section.children.flatMap(wholeOf),
]
