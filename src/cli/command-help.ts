/** `hotwash COMMAND --help`, laid out by oclif from the class itself. */
import type { Command } from '@oclif/core/command'
import { CommandHelp } from '@oclif/core/help'
import { loadCommand, type CommandTable } from './command-entry.ts'
import { loadConfig } from './load-config.ts'

export async function commandHelp(table: CommandTable, id: string): Promise<string> {
  const config = loadConfig()
  const command = await loadCommand(table, id)
  const described = {
    ...pick(command),
    id: id.replaceAll(':', ' '),
    flags: { ...command.flags, ...command.baseFlags },
    summary: table[id]?.summary,
  } as unknown as Command.Loadable
  const named = Object.entries({ ...described.flags, ...described.args })
  for (const [name, item] of named) item.name = name
  const body = new CommandHelp(described, config, { maxWidth: 100 }).generate()
  return `${table[id]?.summary}\n\n${body}`
}

const pick = (command: Command.Class) => ({
  aliases: [],
  hiddenAliases: [],
  args: command.args,
  description: command.description,
  examples: command.examples,
  hidden: false,
  strict: command.strict,
  usage: command.usage,
  load: async () => command,
})
