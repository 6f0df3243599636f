/** docs/commands.md, from the table of commands and each class's own flags and examples. */
import { BaseCommand } from '../src/cli/base-command.ts'
import { GROUPS } from '../src/cli/command-entry.ts'
import { COMMANDS } from '../src/commands/table.ts'

type Described = { description?: string | undefined; required?: boolean | undefined }
type Flag = Described & {
  char?: string
  type: string
  helpValue?: string | string[]
  multiple?: boolean
  hidden?: boolean
  options?: readonly string[]
}
type Arg = Described & { hidden?: boolean }

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function flagWords(name: string, flag: Flag): string {
  const value =
    flag.type === 'boolean' ? '' : ` ${[flag.helpValue ?? name.toUpperCase()].flat()[0]}`
  return `${flag.char ? `-${flag.char}, ` : ''}--${name}${value}${flag.multiple ? ' …' : ''}`
}

function flagsTable(flags: Record<string, Flag>): string[] {
  const rows = Object.entries(flags)
    .filter(([, flag]) => !flag.hidden)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => {
      const accepted = flag.options ? ` One of ${flag.options.join(', ')}.` : ''
      return `| \`${cell(flagWords(name, flag))}\` | ${cell(flag.description ?? '')}${flag.required ? ' (required)' : ''}${accepted} |`
    })
  return rows.length > 0 ? ['| Flag | |', '|---|---|', ...rows, ''] : []
}

export async function commandsPage(): Promise<string> {
  const parts: string[] = [
    '# Commands',
    '',
    'Every command takes these:',
    '',
    ...flagsTable(BaseCommand.baseFlags),
  ]
  for (const [group, heading] of Object.entries(GROUPS)) {
    const members = Object.entries(COMMANDS).filter(([, entry]) => entry.group === group)
    if (members.length > 0) parts.push(`## ${heading}`, '')
    for (const [id, { summary, load }] of members) {
      const { default: command } = await load()
      const args = Object.entries((command.args ?? {}) as Record<string, Arg>).filter(
        ([, arg]) => !arg.hidden,
      )
      const name = `hotwash ${id.replaceAll(':', ' ')}`
      const usage = args.map(([arg, { required }]) =>
        required ? arg.toUpperCase() : `[${arg.toUpperCase()}]`,
      )
      const examples = (command.examples ?? []).map((one) =>
        typeof one === 'string' ? one : one.command,
      )
      parts.push(
        `### ${name}`,
        '',
        `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
        '',
        '```sh',
        [name, ...usage].join(' '),
        '```',
        '',
        ...(command.description ? [command.description, ''] : []),
        ...(args.length > 0
          ? [
              '| Argument | |',
              '|---|---|',
              ...args.map(
                ([arg, { description }]) =>
                  `| \`${arg.toUpperCase()}\` | ${cell(description ?? '')} |`,
              ),
              '',
            ]
          : []),
        ...flagsTable((command.flags ?? {}) as Record<string, Flag>),
        ...(examples.length > 0
          ? [
              '```sh',
              ...examples.map((one) => one.replaceAll('<%= config.bin %>', 'hotwash')),
              '```',
              '',
            ]
          : []),
      )
    }
  }
  return parts.join('\n')
}
