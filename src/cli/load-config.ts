/**
 * oclif's Config over the command table: one plugin, held in memory. Nothing is searched on disk,
 * and no command is loaded before it runs or is explained.
 */
import type { Command } from '@oclif/core/command'
import { Config } from '@oclif/core/config'
import type { Plugin } from '@oclif/core/interfaces'
import { loadCommand, type CommandTable } from './command-entry.ts'
import { packageJson, packageRoot } from './package.ts'

const NAME = 'hotwash'

export async function loadConfig(table: CommandTable): Promise<Config> {
  const pjson = {
    ...packageJson,
    oclif: { bin: NAME, dirname: NAME, topicSeparator: ' ' },
  } as unknown as Plugin['pjson']
  const config = new Config({
    root: packageRoot,
    pjson,
    plugins: new Map([[NAME, plugin(table, pjson)]]),
  })
  await config.load()
  return config
}

function plugin(table: CommandTable, pjson: Plugin['pjson']): Plugin {
  return {
    _base: '',
    alias: NAME,
    commandIDs: Object.keys(table),
    commands: Object.keys(table).map((id) => stub(table, id)),
    commandsDir: undefined,
    findCommand: ((id: string) => loadCommand(table, id)) as Plugin['findCommand'],
    hasManifest: true,
    hooks: {},
    isRoot: true,
    load: async () => undefined,
    moduleType: 'module',
    name: NAME,
    options: { root: packageRoot },
    pjson,
    root: packageRoot,
    topics: [],
    type: 'core',
    valid: true,
    version: packageJson.version,
  }
}

/** What oclif must know of a command that is not loaded. */
const stub = (table: CommandTable, id: string): Command.Loadable => ({
  id,
  aliases: [],
  hiddenAliases: [],
  hidden: false,
  args: {},
  flags: {},
  pluginName: NAME,
  pluginType: 'core',
  load: () => loadCommand(table, id),
})
