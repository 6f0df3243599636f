import { chdir, cwd } from 'node:process'
import { HotwashError } from '../errors.ts'

/** `-C DIR`, relative to the folder before it. */
export function enterFolder(folder: string): void {
  try {
    chdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why =
      code === 'ENOENT'
        ? 'there is no such folder'
        : code === 'ENOTDIR'
          ? 'it is not a folder'
          : String(code)
    throw new HotwashError('USAGE', `-C ${folder}: ${why}`, {
      hint: 'name a folder that exists',
      cause: error,
    })
  }
}

/** Where we are; a folder can be deleted under a shell. */
export function currentFolder(): string {
  try {
    return cwd()
  } catch (error) {
    throw new HotwashError('USAGE', 'the folder that this was started in no longer exists', {
      hint: 'go to the repository, or name it with -C and its absolute path',
      cause: error,
    })
  }
}
