/** When a log begins: a window that reaches further back is not all in it. */
import { jsonEntry, jsonFields } from './entry.ts'
import { findTime, type Zone } from './log-time.ts'

const LOOKED_AT_BYTES = 65_536
const LOOKED_AT_LINES = 50

/** The first readable time of its first lines; undefined: none has one. */
export function firstTimeMs(bytes: Uint8Array, zone: Zone): number | undefined {
  const text = Buffer.from(bytes.subarray(0, LOOKED_AT_BYTES)).toString('utf8')
  for (const line of text.split('\n', LOOKED_AT_LINES)) {
    const fields = jsonFields(line)
    const found = fields === undefined ? findTime(line, zone)?.ms : jsonEntry(fields, zone).timeMs
    if (found !== undefined) return found
  }
  return undefined
}
