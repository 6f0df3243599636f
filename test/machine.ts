/** What a test needs of the machine; without it, it is skipped and counted. CI installs all of it. */
import { spawnSync } from 'node:child_process'

export const hasProgram = (name: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${name}`]).status === 0
