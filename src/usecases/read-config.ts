/** Reads hotwash.yaml in the root. Its parser is loaded only where the file exists. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HotwashError } from '../errors.ts'
import { DEFAULTS, type Config } from './config.ts'
import { whyUnreadable } from './why-unreadable.ts'

const FILE = 'hotwash.yaml'

/** Throws INVALID_CONFIG with the place of every problem. */
export async function readConfig(root: string): Promise<Config> {
  const text = await readText(join(root, FILE))
  if (text === undefined) return DEFAULTS
  const { parseConfig } = await import('./config-schema.ts')
  return parseConfig(text, FILE)
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new HotwashError('INVALID_CONFIG', `${FILE}: ${whyUnreadable(error)}`)
  }
}
