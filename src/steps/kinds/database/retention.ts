/**
 * `keep` of a backup: removes older dumps that hotwash made of the same database, and nothing else.
 * Never the newest one that is proven and still reads as it was written; never one of an incident
 * that is not over, since its undo may need it.
 */
import { dirname, join } from 'node:path'
import type { Files } from '../../../ports/files.ts'
import { dumpOf, readManifest, type Manifest } from './manifest.ts'

const MAX_FILES = 20_000

export type Retention = {
  files: Files
  /** The dump that was just made. */
  dump: string
  manifest: Manifest
  keep: number
  /** Folder of dumps that were given no place of their own. */
  own: string
  isOver(incident: string): boolean
}

type Made = { dump: string; manifest: Manifest }
export type Retained = { removed: string[]; notes: string[] }

export async function retain(retention: Retention): Promise<Retained> {
  const { files, keep, dump } = retention
  const made = await allMade(retention)
  if (typeof made === 'string')
    return { removed: [], notes: [`keep: ${made}; nothing was removed`] }
  const older = made.slice(keep).filter((one) => one.dump !== dump)
  const good = older.length === 0 ? undefined : await lastGood(made, retention)
  const removed: string[] = []
  const left: string[] = []
  for (const one of older) {
    const why = one === good ? 'it is the last one that is proven' : await whyNot(one, retention)
    if (why === undefined) {
      await files.removeFile(one.dump)
      await files.removeFile(`${one.dump}.json`)
      removed.push(one.dump)
    } else left.push(`${one.dump} (${why})`)
  }
  const notes = [
    ...(removed.length === 0 ? [] : [`keep: removed ${removed.join(', ')}`]),
    ...(left.length === 0 ? [] : [`keep: left ${left.join(', ')}`]),
  ]
  return { removed, notes }
}

/** Of this database, the newest first; or why it cannot be said. */
async function allMade({ files, dump, manifest, own }: Retention): Promise<Made[] | string> {
  const made: Made[] = []
  for (const folder of new Set([own, dirname(dump)])) {
    let names: string[]
    try {
      names = await files.list(folder, MAX_FILES)
    } catch (error) {
      return (error as Error).message
    }
    for (const name of names.filter((one) => one.endsWith('.json'))) {
      const path = dumpOf(join(folder, name))
      const found = made.some((one) => one.dump === path)
        ? undefined
        : await readManifest(files, path)
      if (found !== undefined && isSame(found, manifest)) made.push({ dump: path, manifest: found })
    }
  }
  return made.sort((a, b) => b.manifest.made_at.localeCompare(a.manifest.made_at))
}

/** The path of a SQLite file may be relative to the repository. */
const isSame = (a: Manifest, b: Manifest): boolean =>
  a.engine === b.engine && a.database === b.database && (a.engine !== 'sqlite' || a.root === b.root)

/** The newest that was restored and compared, and has not changed since; else the newest that reads. */
async function lastGood(
  made: readonly Made[],
  { files, dump }: Retention,
): Promise<Made | undefined> {
  const proven = made.filter(({ manifest }) => manifest.proof === 'restore')
  for (const one of [...proven, ...made]) {
    // The one that was just made was digested a moment ago.
    if (one.dump === dump || (await isUnchanged(one, files))) return one
  }
  return undefined
}

async function isUnchanged({ dump, manifest }: Made, files: Files): Promise<boolean> {
  const found = await files.digest(dump).catch(() => undefined)
  return found?.sha256 === manifest.sha256
}

async function whyNot(one: Made, retention: Retention): Promise<string | undefined> {
  const { incident } = one.manifest
  if (!retention.isOver(incident)) return `incident ${incident} is not known to be over`
  return (await isUnchanged(one, retention.files)) ? undefined : 'it is not the file that was made'
}
