/**
 * A merge with conflicts waits beside the journal until a person has resolved it; postmortem.md stays
 * as it was. Never committed.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { sha256 as digest } from '../../incident/event-parts.ts'
import type { Journal } from '../../ports/journal.ts'
import { sha256 } from '../../runbook/digest.ts'
import { keepBeside } from './report-trouble.ts'

const TEXT = 'postmortem.merge.md'
const GENERATED = 'postmortem.new.md'
const FACTS = 'postmortem.merge.json'

const facts = z.strictObject({
  /** Of the report that was merged, and of the text with markers as it was put here. */
  yours: digest,
  marked: digest,
  template: z.string(),
})

export type PendingMerge = {
  file: string
  text: string
  /** What the record would have rendered: the base once this is resolved. */
  generated: string
  yours: string
  template: string
  /** Somebody has begun to resolve it. */
  touched: boolean
}

export const readPending = ({ dir }: Journal): PendingMerge | undefined => {
  const [text, generated, told] = [TEXT, GENERATED, FACTS].map((name) => {
    const path = join(dir, 'local', name)
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  })
  if (text === undefined || generated === undefined || told === undefined) return undefined
  const read = facts.safeParse(parsed(told))
  if (!read.success) return undefined
  const { yours, marked, template } = read.data
  const file = join(dir, 'local', TEXT)
  return { file, text, generated, yours, template, touched: sha256(text) !== marked }
}

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

type Waiting = { yours: string; text: string; generated: string; template: string }

/** Gives the file to resolve it in. */
export const keepPending = (journal: Journal, merge: Waiting): string => {
  const { yours, text, generated, template } = merge
  const told = { yours: sha256(yours), marked: sha256(text), template }
  keepBeside(journal, GENERATED, generated)
  keepBeside(journal, FACTS, `${JSON.stringify(told)}\n`)
  return keepBeside(journal, TEXT, text)
}

/** What a person made of it so far. */
export const savePending = (journal: Journal, text: string): string =>
  keepBeside(journal, TEXT, text)

/** What a person wrote there is kept under another name; gives that file. */
export const setAside = (journal: Journal, { text }: PendingMerge): string => {
  // Named by what it says, so that it takes no other one's place.
  const file = keepBeside(journal, `postmortem.merge.${sha256(text).slice(0, 8)}.md`, text)
  dropPending(journal)
  return file
}

export const dropPending = ({ dir }: Journal): void => {
  for (const name of [TEXT, GENERATED, FACTS]) rmSync(join(dir, 'local', name), { force: true })
}
