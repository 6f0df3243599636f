/**
 * One append, of one line or of many: lock → read what others appended → check the tail on the disk →
 * write every byte → sync → acknowledge. On any error the file is cut back to its last good offset.
 */
import { constants, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, openSync } from 'node:fs'
import { HotwashError } from '../../errors.ts'
import type { IncidentEvent } from '../../incident/event.ts'
import { digestOfLine } from './chain.ts'
import { journalError, readAt, syncFolder, writeAll } from './disk.ts'
import type { LogState } from './log-file.ts'
import { moveBehind } from './log-file.ts'
import { changed } from './logs.ts'

const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW } = constants

/** The open log of this process. */
export type OpenLog = {
  log: LogState
  fd: number
  /** Set for good after a failed sync. */
  broken: string | undefined
}

export function openForAppend(log: LogState, folder: string): OpenLog {
  const fd = openSync(log.path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600)
  const stat = fstatSync(fd)
  if (log.inode === undefined) {
    // Made just now: the name must be as durable as what is written under it.
    fsyncSync(fd)
    syncFolder(folder)
    log.inode = stat.ino
  }
  return { log, fd, broken: undefined }
}

/** The last line is still the one that the next is going to name. */
export function checkTail({ log, fd }: OpenLog): void {
  if (fstatSync(fd).ino !== log.inode) throw changed(log, 'was replaced by another file')
  if (log.lastLineBytes === 0) return
  const tail = readAt(fd, log.size - log.lastLineBytes, log.lastLineBytes)
  if (digestOfLine(tail) !== log.prev)
    throw changed(log, `had its last line (event ${log.nextSeq - 1}) changed`)
}

export type NewLine = { event: IncidentEvent; line: Uint8Array }

export function appendLines(open: OpenLog, lines: readonly NewLine[]): void {
  if (open.broken !== undefined) {
    throw new HotwashError('JOURNAL', `the journal stopped earlier: ${open.broken}`, {
      hint: 'start hotwash again; it looks at the log first',
    })
  }
  try {
    writeAll(open.fd, Buffer.concat(lines.map(({ line }) => line)))
  } catch (error) {
    cutBack(open, error)
    throw journalError(error, open.log.path)
  }
  try {
    fdatasyncSync(open.fd)
  } catch (error) {
    // After a failed sync the system may have dropped the pages: a second sync that succeeds proves nothing.
    cutBack(open, error)
    open.broken = (error as Error).message
    throw journalError(error, open.log.path)
  }
  for (const { event, line } of lines) moveBehind(open.log, event, line)
}

function cutBack(open: OpenLog, cause: unknown): void {
  try {
    ftruncateSync(open.fd, open.log.size)
    fsyncSync(open.fd)
  } catch {
    open.broken = (cause as Error).message
  }
}
