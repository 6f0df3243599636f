/** Where the text of a runbook may lie: a path, else a name in ./runbooks, else a packaged one. */
import { readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { tooLarge, whyNoFile, whyUnreadable } from '../why-unreadable.ts'
import type { World } from '../world.ts'

export type RunbookWorld = Pick<World, 'root' | 'cwd' | 'packageRoot' | 'kinds'>

export type Candidate = {
  /** Relative to the repository's root where it is inside, else as the user named it. */
  path: string
  file: string
  packaged: boolean
}

export const FOLDER = 'runbooks'
export const EXTENSION = /\.ya?ml$/
const MAX_BYTES = 4_000_000

export function candidates(world: RunbookWorld, given: string): Candidate[] {
  const own = (file: string): Candidate => ({
    file,
    packaged: false,
    path: shownPath(world.root, file, given),
  })
  const packaged = (file: string): Candidate => ({ file, packaged: true, path: given })
  const direct = own(resolve(world.cwd, given))
  if (EXTENSION.test(given) || given.includes('/')) return [direct]
  const named = ['yaml', 'yml'].map((extension) => `${given}.${extension}`)
  return [
    direct,
    ...named.map((name) => own(join(world.root, FOLDER, name))),
    ...named.map((name) => packaged(join(world.packageRoot, FOLDER, name))),
  ]
}

/** Whether it comes with hotwash, by whatever path it was named. */
export const isShipped = ({ packageRoot }: Pick<World, 'packageRoot'>, file: string): boolean =>
  dirname(file) === join(packageRoot, FOLDER)

export function shownPath(root: string, file: string, given: string): string {
  const inside = relative(root, file)
  return inside.startsWith('..') || isAbsolute(inside) ? given : inside
}

export type RunbookText = { ok: true; text: string } | { ok: false; message: string }

/** At once: parsing, which asks for what is included, waits for nothing. */
export function readRunbookText(file: string): RunbookText {
  try {
    const found = statSync(file)
    if (!found.isFile()) return { ok: false, message: whyNoFile(found) }
    if (found.size > MAX_BYTES) return { ok: false, message: tooLarge(found.size, MAX_BYTES) }
    return { ok: true, text: decoded(readFileSync(file)) }
  } catch (error) {
    const isEncoding = error instanceof TypeError
    const why = isEncoding ? 'the file is not UTF-8; save it as UTF-8' : whyUnreadable(error)
    return { ok: false, message: why }
  }
}

/** Throws a TypeError. The byte order mark is kept: the digest of a runbook is of its raw bytes. */
const decoded = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
