/** docs/commands.md, from the table of commands and what each class says of itself. */
import { BaseCommand } from '../src/cli/base-command.ts'
import { GROUPS } from '../src/cli/command-entry.ts'
import { describeCommand, flagRows, type Row } from '../src/cli/describe-command.ts'
import { COMMANDS } from '../src/commands/table.ts'
import { cell } from './schema-words.ts'

const tableOf = (heading: string, rows: readonly Row[]): string[] =>
  rows.length === 0
    ? []
    : [
        `| ${heading} | |`,
        '|---|---|',
        ...rows.map(({ label, says }) => `| \`${cell(label)}\` | ${cell(says)} |`),
        '',
      ]

const shell = (lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['```sh', ...lines, '```', '']

const nameOf = (id: string): string => `hotwash ${id.replaceAll(':', ' ')}`

const anchorOf = (id: string): string => nameOf(id).replaceAll(' ', '-')

export async function commandsPage(): Promise<string> {
  const groups = Object.entries(GROUPS).map(([group, heading]) => ({
    heading,
    members: Object.entries(COMMANDS).filter(([, entry]) => entry.group === group),
  }))
  const parts: string[] = [
    '# Commands',
    '',
    ...groups.map(
      ({ heading, members }) =>
        `- **${heading}:** ${members.map(([id]) => `[${id.replaceAll(':', ' ')}](#${anchorOf(id)})`).join(', ')}`,
    ),
    '',
    'Every command takes these:',
    '',
    ...tableOf('Flag', flagRows(BaseCommand.baseFlags)),
  ]
  for (const { heading, members } of groups) {
    parts.push(`## ${heading}`, '')
    for (const [id, { summary, load }] of members) {
      const { default: command } = await load()
      const { usage, description, args, flags, examples } = describeCommand(id, command)
      parts.push(
        `### ${nameOf(id)}`,
        '',
        `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
        '',
        ...shell(usage),
        ...(description === undefined ? [] : [description, '']),
        ...tableOf('Argument', args),
        ...tableOf('Flag', flags),
        ...shell(examples),
      )
    }
  }
  return parts.join('\n')
}
