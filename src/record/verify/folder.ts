/** A record as files: the live journal, a copy in a work tree, or a bare folder. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
} from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { HotwashError } from '../../errors.ts'
import { isLog, writerOf } from '../names.ts'
import { logVerifier } from './log.ts'
import type { ReadLog } from './meaning.ts'
import type { SeenFile } from './kept-files.ts'
import type { Problem } from './problem.ts'

export type FolderReport = { logs: ReadLog[]; files: SeenFile[]; problems: Problem[] }

const CHUNK_BYTES = 1 << 20

export function readFolder(dir: string, incident: string): FolderReport {
  const logs: ReadLog[] = []
  const files: SeenFile[] = []
  const problems: Problem[] = []
  for (const folder of ['.', 'log', 'evidence', 'runbooks']) {
    if (lstatSync(join(dir, folder), { throwIfNoEntry: false })?.isSymbolicLink() !== true) continue
    const path = folder === '.' ? dir : folder
    problems.push({ code: 'link', writer: '', path, message: `${path} is a symbolic link` })
    if (folder === '.' || folder === 'log') return { logs, files, problems }
  }
  for (const name of namesIn(join(dir, 'log'))) {
    const path = `log/${name}`
    if (!isLog(name)) {
      problems.push({
        code: 'extra',
        writer: '',
        path,
        message: `${path} does not belong to a record`,
      })
      continue
    }
    const verifier = logVerifier({ writer: writerOf(name), incident })
    const why = readChunks(join(dir, path), (bytes) => verifier.push(bytes))
    if (why !== undefined)
      problems.push({ code: 'link', writer: name, path, message: `${path} ${why}` })
    else logs.push({ report: verifier.end(), chunks: () => chunksOf(join(dir, path)) })
  }
  for (const folder of ['evidence', 'runbooks']) {
    for (const name of namesIn(join(dir, folder))) {
      // What a crash left of a file that was never finished.
      if (/^[0-9a-f]{64}(\.yaml)?\.tmp-\d+$/.test(name)) continue
      const hash = createHash('sha256')
      const why = readChunks(join(dir, folder, name), (bytes) => hash.update(bytes))
      const path = `${folder}/${name}`
      files.push(
        why === undefined ? { path, sha256: hash.digest('hex') } : { path, sha256: undefined, why },
      )
    }
  }
  return { logs, files, problems }
}

/**
 * Only the chain, sequence and clock of the logs, which is fast enough to ask on every reading. The
 * bytes behind the last line are not looked at: somebody may be writing there now.
 */
export function isChained(dir: string, incident: string): boolean {
  return namesIn(join(dir, 'log'))
    .filter(isLog)
    .every((name) => {
      const verifier = logVerifier({ writer: writerOf(name), incident })
      const why = readChunks(join(dir, 'log', name), (bytes) => verifier.push(bytes))
      return why === undefined && verifier.end().problems.every(({ code }) => code === 'torn_tail')
    })
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted()
  } catch {
    return []
  }
}

/** Why it cannot be read as a plain file; undefined when it was. */
function readChunks(path: string, onBytes: (bytes: Uint8Array) => void): string | undefined {
  try {
    for (const bytes of chunksOf(path)) onBytes(bytes)
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // What the verifier found (a newer format) is no matter of the file.
    if (code === undefined || error instanceof HotwashError) throw error
    if (code === 'ENOTFILE') return 'is not a file'
    return code === 'ELOOP' ? 'is a symbolic link' : `cannot be read (${code})`
  }
}

/** One buffer, used again for each chunk. */
function* chunksOf(path: string): Generator<Uint8Array> {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    if (!fstatSync(fd).isFile()) throw Object.assign(new Error(path), { code: 'ENOTFILE' })
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    for (let got = readSync(fd, chunk); got > 0; got = readSync(fd, chunk))
      yield chunk.subarray(0, got)
  } finally {
    closeSync(fd)
  }
}
