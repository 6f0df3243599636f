/** Logs of other clones in a journal: each is marked when it is taken in. */
import { existsSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { writeDurably } from './disk.ts'

const markOf = (dir: string, log: string): string => join(dir, 'local', 'others', basename(log))

/** A log of another clone: it is committed there, and may lie behind what git has of it. */
export const isOthers = (dir: string, log: string): boolean => existsSync(markOf(dir, log))

export const isTakenUp = (dir: string): boolean => existsSync(join(dir, 'local', 'taken-up'))

export function markOthers(dir: string, log: string): void {
  mkdirSync(join(dir, 'local', 'others'), { recursive: true, mode: 0o700 })
  if (!isOthers(dir, log)) writeDurably(markOf(dir, log), Buffer.alloc(0))
}
