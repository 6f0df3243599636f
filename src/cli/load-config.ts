/**
 * oclif's Config without its search: there are no plugins, no hooks and no theme to find, and
 * `Config.load` would look for all three, twice, before any command starts.
 */
import { Config } from '@oclif/core/config'
import { packageJson, packageRoot } from './package.ts'

const NAME = 'hotwash'

class TableConfig extends Config {
  override runHook = (): Promise<{ failures: []; successes: [] }> =>
    Promise.resolve({ failures: [], successes: [] })
}

export function loadConfig(): Config {
  const config = new TableConfig({ root: packageRoot })
  config.root = packageRoot
  config.name = NAME
  config.bin = NAME
  config.dirname = NAME
  config.version = packageJson.version
  config.topicSeparator = ' '
  config.pjson = { ...packageJson, oclif: { bin: NAME } }
  config.userAgent = `${NAME}/${packageJson.version} node-${process.version}`
  return config
}
