import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { HotwashError } from '../../errors.ts'
import { diskWords, writeAll } from '../../record/journal/disk.ts'

/** What `--output` is for: nothing, or `-`. */
export const isForStdout = (output: string | undefined): boolean =>
  output === undefined || output === '-'

/** Absolute path of what was written, relative to where hotwash was started; null: it is for stdout. */
export const writeOutput = (
  { cwd }: { cwd: string },
  output: string | undefined,
  bytes: Uint8Array,
): string | null => {
  if (output === undefined || isForStdout(output)) return null
  const file = resolve(cwd, output)
  writeExport(file, bytes)
  return file
}

/** A file for others, where and with the rights that people are used to: all of it, or as it was. */
export const writeExport = (file: string, bytes: Uint8Array): void => {
  try {
    mkdirSync(dirname(file), { recursive: true })
    put(file, bytes)
  } catch (error) {
    throw new HotwashError('USAGE', `${file} cannot be written: ${diskWords(error)}`, {
      hint: 'name another file with --output',
      cause: error,
    })
  }
}

/** A pipe or a device is written to: renaming a file onto it would put a file in its place. */
const put = (file: string, bytes: Uint8Array): void => {
  const there = statSync(file, { throwIfNoEntry: false })
  if (there?.isDirectory() === true) throw new Error('it is a folder')
  if (there !== undefined && !there.isFile()) writeFileSync(file, bytes)
  // Where it is a link, the file that it leads to is meant.
  else replace(there === undefined ? file : realpathSync(file), bytes)
}

const replace = (file: string, bytes: Uint8Array): void => {
  const partial = `${file}.partial-${process.pid}`
  rmSync(partial, { force: true })
  // Exclusive: in a folder of others, nobody's link is followed.
  const fd = openSync(partial, 'wx')
  try {
    try {
      writeAll(fd, bytes)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(partial, file)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}
