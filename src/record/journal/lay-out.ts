/** The folders of a new journal, what the log of this clone is called, and the key of its digests. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../../ports/clock.ts'
import { writeDurably } from './disk.ts'

export function layOut(dir: string, random: Random): void {
  for (const name of ['log', 'runbooks', 'evidence', 'local'])
    mkdirSync(join(dir, name), { recursive: true, mode: 0o700 })
  writeDurably(join(dir, 'local', 'writer'), Buffer.from(random.hex(4)))
  writeDurably(join(dir, 'local', 'key'), Buffer.from(random.hex(32)))
}
