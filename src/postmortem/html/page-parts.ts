/** What is found while a report is rendered, for the page around it. */
import type { Env } from 'markdown-it'

export type Heading = { level: number; id: string; text: string }
export type PageParts = {
  contents: Heading[]
  tables: number
  /** Nothing lies beside a page on paper: a place that is told relative to it leads nowhere. */
  onPaper?: boolean
}

const KEY = Symbol('page')

/** The parts of the text that is being rendered with this `env`. */
export const page = (env: Env | undefined): PageParts => {
  if (env === undefined) return { contents: [], tables: 0 }
  return (env[KEY] ??= { contents: [], tables: 0 }) as PageParts
}
