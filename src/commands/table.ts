/**
 * Every command: where it stands in the help, its one line, and where its class is. Dispatch, help
 * and the unknown-command hint read this table, so that only the command that runs is loaded.
 */
import type { Command } from '@oclif/core/command'

export type CommandEntry = {
  group: keyof typeof GROUPS
  summary: string
  load: () => Promise<{ default: Command.Class }>
}

/** In the order of the help: what an outage needs comes first. */
export const GROUPS = {
  run: 'Run a runbook',
  incident: 'Keep the incident',
  report: 'Write the post-mortem',
  review: 'Check the record',
  author: 'Write runbooks',
  machine: 'This machine',
} as const

/** Summaries of the words that only group commands. */
export const TOPICS: Readonly<Record<string, string>> = {
  audit: 'check the record, as a reviewer does',
  postmortem: 'the report, written from the record',
  runbook: 'write and check runbooks',
}

/** Ids as oclif writes them: `audit:verify` is typed `hotwash audit verify`. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  list: {
    group: 'incident',
    summary: 'list the incidents, newest first',
    load: () => import('./list.ts'),
  },
}
