/** The chain of a log: each line names the digest of the stored bytes of the line before it. */
import { hash } from 'node:crypto'

/** sha256 of the raw line, its newline included. Stored bytes are hashed; nothing is canonicalized. */
export const digestOfLine = (line: string | Uint8Array): string => hash('sha256', line, 'hex')
