import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { RecordWorld } from '../usecases/record-world.ts'

/** Where dumps and locks live: private to this account, never in git. */
export function stateFolder(base: Pick<RecordWorld, 'config' | 'process' | 'root'>): string {
  if (base.config.state_dir !== undefined) return resolve(base.root, base.config.state_dir)
  const env = base.process.env()
  return join(env['XDG_STATE_HOME'] || join(env['HOME'] ?? homedir(), '.local', 'state'), 'hotwash')
}
