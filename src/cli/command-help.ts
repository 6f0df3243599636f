/** `hotwash COMMAND --help`, laid out by oclif from the class itself. */
import type { Command } from '@oclif/core/command'
import { CommandHelp } from '@oclif/core/help'
import { COMMANDS } from '../commands/table.ts'
import { loadCommand, loadConfig } from './load-config.ts'

export async function commandHelp(id: string): Promise<string> {
  const [config, command] = await Promise.all([loadConfig(), loadCommand(id)])
  const described = {
    ...pick(command),
    id: id.replaceAll(':', ' '),
    flags: { ...command.flags, ...command.baseFlags },
    summary: COMMANDS[id]?.summary,
  } as unknown as Command.Loadable
  const named = Object.entries({ ...described.flags, ...described.args })
  for (const [name, item] of named) item.name = name
  const body = new CommandHelp(described, config, { maxWidth: 100 }).generate()
  return `${COMMANDS[id]?.summary}\n\n${body}`
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
