/** Why a file that was named cannot be read: the same words wherever one is named. */
import { grouped } from '../incident/size.ts'

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file: a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it (mode or owner)',
  EPERM: 'you may not read it (mode or owner)',
  ELOOP: 'it is a link that leads back to itself',
  ENAMETOOLONG: 'there is no such file: the name is too long',
}

export function whyUnreadable(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return WORDS[code] ?? message
}

/** Why what was found is not read: it is no file. */
export const whyNoFile = (found: { isDirectory(): boolean }): string =>
  found.isDirectory() ? 'it is a folder' : 'it is not a regular file'

export const tooLarge = (bytes: number, most: number): string =>
  `it has ${grouped(bytes)} bytes; at most ${grouped(most)} are read`
