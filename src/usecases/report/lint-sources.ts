/** The reports that the names on a command line mean: files, folders of them, incidents with their logs. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { HotwashError } from '../../errors.ts'
import { asSeen } from '../../incident/as-seen.ts'
import { visibleLine } from '../../incident/visible.ts'
import type { Journal } from '../../ports/journal.ts'
import type { LintRecord } from '../../postmortem/lint/rule.ts'
import { runLockHolder } from '../../record/journal/lock.ts'
import { pickIncident } from '../pick-incident.ts'
import type { RecordWorld } from '../record-world.ts'
import { tooLarge, whyNoFile, whyUnreadable } from '../why-unreadable.ts'
import { currentReport } from './current-report.ts'
import { noReport } from './show-postmortem.ts'

const MAX_BYTES = 4_000_000
const MAX_FILES = 2_000
const hint = 'name a Markdown file, a folder of them, or an incident: hotwash list'

export type LintSource = {
  text: string
  /** As a person would name it from where they are. */
  file: string
  /** As code scanning names it: from the top of the repository. */
  fromRoot: string
  record: LintRecord | undefined
}

/** What one name means; undefined is the open incident. */
export const sourcesOf = async (
  world: RecordWorld,
  name: string | undefined,
): Promise<(() => Promise<LintSource>)[]> => {
  if (name === undefined) return [() => fromIncident(world, name)]
  const kind = await kindOf(resolve(world.cwd, name))
  const isIncident = world.store.list().includes(name)
  if (kind === 'folder' && !isIncident) {
    const files = await filesIn(resolve(world.cwd, name))
    if (files.length === 0)
      throw new HotwashError('USAGE', `there is no Markdown file in ${visibleLine(name)}`, { hint })
    return files.map((file) => () => fromFile(world, file))
  }
  const isFile = kind === 'file' && !isIncident
  // What no id of an incident looks like.
  if (isFile || /[*?[\]{}/]|\.(?:md|markdown|erb|txt)$/i.test(name))
    return [() => fromFile(world, name)]
  return [() => fromIncident(world, name)]
}

const kindOf = async (path: string): Promise<'file' | 'folder' | undefined> => {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return undefined
  return found.isDirectory() ? 'folder' : 'file'
}

/** All Markdown below a folder, in order; what is hidden or installed is left out. */
const filesIn = async (folder: string): Promise<string[]> => {
  const files: string[] = []
  const visit = async (path: string): Promise<void> => {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      const own = join(path, entry.name)
      if (entry.isDirectory()) await visit(own)
      else if (entry.isFile() && /\.(?:md|markdown)$/i.test(entry.name)) files.push(own)
      if (files.length > MAX_FILES)
        throw new HotwashError('USAGE', `${folder} holds more than ${MAX_FILES} Markdown files`, {
          hint: 'name a folder below it',
        })
    }
  }
  await visit(folder)
  return files
}

const fromFile = async (world: RecordWorld, name: string): Promise<LintSource> => {
  const path = resolve(world.cwd, name)
  const text = await textOf(path, visibleLine(name))
  // The report of a record lies beside its log.
  const incident = /(?:^|[\\/])incidents[\\/]\d{4}[\\/]([^\\/]+)[\\/]postmortem\.md$/.exec(
    path,
  )?.[1]
  const known = incident !== undefined && world.store.list().includes(incident)
  const record = known ? recordOf(world, world.store.open(incident)) : undefined
  const file = slashed(relative(world.cwd, path)) || name
  const inside = slashed(relative(world.root, path))
  // Outside of the repository there is no better name.
  const fromRoot = inside.startsWith('../') || isAbsolute(inside) ? file : inside
  return { text, file, fromRoot, record }
}

const slashed = (path: string): string => path.split(sep).join('/')

const textOf = async (path: string, name: string): Promise<string> => {
  const refused = (why: string, more = hint) =>
    new HotwashError('USAGE', `${name}: ${why}`, { hint: more })
  const unreadable = (error: unknown) =>
    refused(/[*?[\]{}]/.test(name) ? 'no file matches' : whyUnreadable(error))
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(error)
  })
  if (!found.isFile()) throw refused(whyNoFile(found))
  if (found.size > MAX_BYTES)
    throw refused(tooLarge(found.size, MAX_BYTES), 'keep large material beside the report')
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(error)
  })
  if (bytes.subarray(0, 8_000).includes(0))
    throw refused('it holds bytes that are no text', 'save it as UTF-8')
  return bytes.toString('utf8')
}

const fromIncident = async (world: RecordWorld, name: string | undefined): Promise<LintSource> => {
  const journal = world.store.open(pickIncident(world.store, name))
  const report = await currentReport(world, journal)
  if (report === undefined) throw noReport(journal.incident)
  const { text, place } = report
  return { text, file: place.path, fromRoot: place.path, record: recordOf(world, journal) }
}

const recordOf = (world: RecordWorld, journal: Journal): LintRecord => {
  const runIsAlive = runLockHolder(journal.dir, world.process) !== undefined
  return { events: journal.events(), state: asSeen(journal.state(), runIsAlive) }
}
