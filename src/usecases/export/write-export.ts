import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { HotwashError } from '../../errors.ts'
import { writeAll } from '../../record/disk.ts'

/** A file for others, where and with the rights that people are used to: all of it, or as it was. */
export const writeExport = (file: string, bytes: Uint8Array): void => {
  try {
    mkdirSync(dirname(file), { recursive: true })
    replace(file, bytes)
  } catch (error) {
    throw new HotwashError('USAGE', `${file} cannot be written: ${(error as Error).message}`, {
      hint: 'name another file with --output',
      cause: error,
    })
  }
}

const replace = (file: string, bytes: Uint8Array): void => {
  const partial = `${file}.partial-${process.pid}`
  const fd = openSync(partial, 'w')
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
