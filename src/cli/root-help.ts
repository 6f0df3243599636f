/** `hotwash --help` and `hotwash TOPIC --help`: printed from the table alone, as fast as Node starts. */
import { GROUPS, TOPICS, type CommandTable } from './command-entry.ts'

export function rootHelp(table: CommandTable): string {
  const ids = Object.keys(table)
  const row = rowOf(table, ids)
  const groups = (Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map((group) => {
    const members = ids.filter((id) => table[id]?.group === group)
    return members.length === 0 ? [] : [`${GROUPS[group]}:`, ...members.map((id) => row(id)), '']
  })
  return [
    'hotwash runs incident runbooks, records what happened in git, and writes the post-mortem.',
    '',
    'Usage: hotwash [-C DIR] COMMAND [--json] [--plain] [--debug]',
    '',
    ...groups.flat(),
    'An incident is a branch. A step is a commit. A post-mortem is a pull request. An audit is a check.',
    'First time here: hotwash demo. In an outage: hotwash run RUNBOOK.',
    'Without a runbook: hotwash declare TITLE --severity SEV2, then hotwash exec -- COMMAND.',
    'Each command explains itself with an example: hotwash COMMAND --help',
  ].join('\n')
}

export function topicHelp(table: CommandTable, topic: string): string {
  const ids = Object.keys(table).filter((id) => id.startsWith(`${topic}:`))
  const row = rowOf(table, ids)
  return [
    `hotwash ${topic}: ${TOPICS[topic] ?? ''}`,
    '',
    `Usage: hotwash ${topic} COMMAND`,
    '',
    ...ids.map((id) => row(id)),
    '',
    `Each command explains itself with an example: hotwash ${topic} COMMAND --help`,
  ].join('\n')
}

function rowOf(table: CommandTable, ids: readonly string[]): (id: string) => string {
  const width = Math.max(...ids.map((id) => id.length)) + 2
  return (id) => `  ${id.replaceAll(':', ' ').padEnd(width)}${table[id]?.summary}`
}
