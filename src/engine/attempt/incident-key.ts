/** Digests keyed per incident: a plain digest of something weak could be guessed from the record. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Journal } from '../../ports/journal.ts'
import type { Random } from '../../ports/clock.ts'

const KEY_BYTES = 32

export function keyedDigest(
  journal: Journal,
  random: Random,
  content: string | Uint8Array,
): string {
  return createHmac('sha256', keyOf(journal, random)).update(content).digest('hex')
}

const keys = new WeakMap<Journal, KeyObject>()

/** The key stays in local/, which never enters git. Read once: a step may ask for thousands of digests. */
function keyOf(journal: Journal, random: Random): KeyObject {
  const known = keys.get(journal) ?? createSecretKey(readKey(journal, random), 'utf8')
  keys.set(journal, known)
  return known
}

function readKey(journal: Journal, random: Random): string {
  const path = join(journal.dir, 'local', 'key')
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const key = random.hex(KEY_BYTES)
    mkdirSync(join(journal.dir, 'local'), { recursive: true, mode: 0o700 })
    writeFileSync(path, `${key}\n`, { mode: 0o600, flag: 'wx' })
    return key
  }
}
