import { createHash } from 'node:crypto'

/** sha256 in lower-case hex; text is digested as UTF-8. */
export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex')
