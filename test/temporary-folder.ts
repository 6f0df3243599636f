/** All that a test run leaves behind lies in one folder, which goes with it. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export default function setup(): () => void {
  // Short, because the path of a socket below it has at most 107 bytes.
  const folder = mkdtempSync(join(tmpdir(), 'hw-'))
  // PostgreSQL runs as another user and must get through.
  chmodSync(folder, 0o711)
  process.env['TMPDIR'] = folder
  // Hundreds of child processes load the same TypeScript.
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compiled')
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
