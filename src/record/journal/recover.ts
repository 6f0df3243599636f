/**
 * What a crash leaves behind the last good line (half a line, or zeros) is moved out of the log into
 * local/, and never anything else. Called under the append lock, when no writer can be in the middle
 * of a line.
 */
import { closeSync, constants, fsyncSync, ftruncateSync, openSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { EventDraft } from '../../incident/event.ts'
import { readAt, writeDurably } from './disk.ts'
import type { LogState } from './log-file.ts'

/** Enough to see what it was; the rest of a huge tail is zeros. */
const KEEP_BYTES = 1 << 20

export function quarantine(
  dir: string,
  torn: { log: LogState; bytes: number },
): Extract<EventDraft, { type: 'log.recovered' }> {
  const { log, bytes } = torn
  const file = `torn-${log.writer}-${log.size}`
  const fd = openSync(log.path, constants.O_RDWR | constants.O_NOFOLLOW)
  try {
    writeDurably(join(dir, 'local', file), readAt(fd, log.size, Math.min(bytes, KEEP_BYTES)))
    ftruncateSync(fd, log.size)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  const data = {
    log: basename(log.path),
    at_byte: log.size,
    quarantined_bytes: bytes,
    file: `local/${file}`,
  }
  return { type: 'log.recovered', data }
}
