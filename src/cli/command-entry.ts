/** What dispatch and help know of a command without loading it; the table is `commands/table.ts`. */
import type { BaseCommand } from './base-command.ts'

/** In the order of the help: what an outage needs comes first. */
export const GROUPS = {
  run: 'Run a runbook',
  incident: 'Keep the incident',
  report: 'Write the post-mortem',
  learn: 'Learn across incidents',
  review: 'Check the record',
  author: 'Write runbooks',
  machine: 'This machine',
} as const

/** Summaries of the words that only group commands. */
export const TOPICS: Readonly<Record<string, string>> = {
  audit: 'check the record, as a reviewer does',
  actions: 'what reports promise, and what has become of it',
  postmortem: 'the report, written from the record',
  runbook: 'write and check runbooks',
}

/** A class that extends BaseCommand and can be made. */
export type CommandClass = typeof BaseCommand &
  (new (...given: ConstructorParameters<typeof BaseCommand>) => BaseCommand)

type CommandEntry = {
  group: keyof typeof GROUPS
  summary: string
  load: () => Promise<{ default: CommandClass }>
}

/** By ids as oclif writes them: `audit:verify` is typed `hotwash audit verify`. */
export type CommandTable = Readonly<Record<string, CommandEntry>>

export async function loadCommand(table: CommandTable, id: string): Promise<CommandClass> {
  const entry = table[id]
  if (entry === undefined) throw new Error(`no command ${id} in the table`)
  const { default: command } = await entry.load()
  command.id = id
  return command
}
