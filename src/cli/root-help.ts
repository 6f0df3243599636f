/** `hotwash --help` and `hotwash TOPIC --help`: printed from the table alone, as fast as Node starts. */
import { COMMANDS, GROUPS, TOPICS } from '../commands/table.ts'

export function rootHelp(): string {
  const ids = Object.keys(COMMANDS)
  const width = Math.max(...ids.map((id) => id.length)) + 2
  const groups = (Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map((group) => {
    const members = ids.filter((id) => COMMANDS[id]?.group === group)
    return members.length === 0
      ? []
      : [`${GROUPS[group]}:`, ...members.map((id) => row(id, width)), '']
  })
  return [
    'hotwash runs incident runbooks, records what happened in git, and writes the post-mortem.',
    '',
    'Usage: hotwash [-C DIR] COMMAND [--json] [--plain] [--debug]',
    '',
    ...groups.flat(),
    'An incident is a branch. A step is a commit. A post-mortem is a pull request. An audit is a check.',
    'First time here: hotwash demo. In an outage: hotwash run RUNBOOK.',
    'Each command explains itself with an example: hotwash COMMAND --help',
  ].join('\n')
}

export function topicHelp(topic: string): string {
  const ids = Object.keys(COMMANDS).filter((id) => id.startsWith(`${topic}:`))
  const width = Math.max(...ids.map((id) => id.length)) + 2
  return [
    `hotwash ${topic}: ${TOPICS[topic] ?? 'a group of commands'}`,
    '',
    `Usage: hotwash ${topic} COMMAND`,
    '',
    ...ids.map((id) => row(id, width)),
    '',
    `Each explains itself with an example: hotwash ${topic} COMMAND --help`,
  ].join('\n')
}

const row = (id: string, width: number): string =>
  `  ${id.replaceAll(':', ' ').padEnd(width)}${COMMANDS[id]?.summary}`
