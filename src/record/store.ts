/**
 * Where incidents are. The live journal is in git's common folder, because a file in the work tree
 * dies by `checkout -f`, `stash -u`, `clean -fdx` or the merge of an older copy. Without a repository
 * it is `incidents/<year>/<id>/` itself. Records that came by git are read where they lie.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HotwashError } from '../errors.ts'
import type { Actor } from '../incident/event.ts'
import type { IncidentState } from '../incident/state.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { GitPort, Repository } from '../ports/git.ts'
import type { Journal } from '../ports/journal.ts'
import type { ProcessPort } from '../ports/process.ts'
import type { Redactor } from '../redact/redactor.ts'
import { incidentBranches, noIncident } from './git/branches.ts'
import { makeFolder, onDisk, refuseLinks, syncFolder, writeDurably } from './journal/disk.ts'
import { layOut } from './journal/lay-out.ts'
import { openJournal } from './journal/journal.ts'
import { readWhole, type WholeLog } from './journal/logs.ts'
import { incidentId, isIncidentId, recordPath, slug } from './names.ts'
import { isAboutReport } from './report-log.ts'
import { isTakenUp } from './journal/others.ts'
import { keptFile } from './kept-lines.ts'
import { byAge, placesHere, type Place, type Roots } from './places.ts'
import { standingsOf, type Standings } from './standings.ts'

export type Store = {
  /** Ids of all incidents on this machine and in the work tree, oldest first. */
  list(): string[]
  /** The same incidents by id, each with its folder, in no order: cheaper where there are thousands. */
  places(): ReadonlyMap<string, Place>
  /** Throws NO_INCIDENT for an unknown id. */
  open(id: string): Journal
  /** All that is in its logs, read once, for who looks at many: nothing can be appended, nothing is repaired. */
  read(id: string): WholeLog
  /** To record what is about the report, also where the record was taken up: see take-up.ts. */
  openForReport(id: string): Journal
  /** What an incident is now; the next `open` of it does not read its logs again. */
  stateOf(id: string): IncidentState
  /** How each stands, oldest first: cheaper than `stateOf` where there are thousands. */
  standings(): Standings
  /** Allots an id and makes the folders; appends nothing. `day`: of an incident of the past. */
  create(incident: { title: string; day?: string | undefined }): Journal
  /** `incidents/2026/<id>`: the folder on the branch, relative to the repository's root. */
  recordPath(id: string): string
  /** Incidents that can be opened once their branch is checked out, by id. */
  branches(): ReadonlyMap<string, string>
  /** Absolute path of the folder that holds the logs of this incident. */
  where(id: string): string
  /** Absolute path of the journal of this machine, whether or not there is one. */
  journalFolder(id: string): string
}

export type StoreOptions = {
  git: GitPort
  repository: Repository | undefined
  root: string
  process: ProcessPort
  clock: Clock
  random: Random
  actor: Actor
  tool: string
  redactor: Redactor
  /** Told in words when a log was recovered after a crash. */
  onRecovered?: (words: string) => void
}

export function openStore(options: StoreOptions): Store {
  // The last one, most often the one that is meant. Handed out once: nobody shares a journal. Not all
  // of them: there may be thousands, and what is held weakly stays until the event loop turns.
  let looked: Journal | undefined
  const stateOf = (id: string): IncidentState => {
    looked = openIncident(options, id)
    return looked.state()
  }
  return {
    list: () => byAge(placesHere(rootsOf(options))),
    places: () => placesHere(rootsOf(options)),
    open: (id) => {
      const known = looked?.incident === id ? looked : undefined
      looked = undefined
      return known ?? openIncident(options, id)
    },
    read: (id) => readWhole(readable(options, id).dir, id),
    openForReport: (id) => openIncident(options, id, 'report'),
    stateOf,
    standings: () => {
      const places = placesHere(rootsOf(options))
      const inOrder = byAge(places).flatMap((id) => places.get(id) ?? [])
      const file = keptFile(options, 'standings')
      return standingsOf(inOrder, { file, nowMs: options.clock.now(), stateOf })
    },
    create: (incident) => createIncident(options, incident),
    recordPath,
    branches: () => onlyOnBranches(options),
    where: (id) => placeOf(options, id).dir,
    journalFolder: (id) => join(liveRoot(options) ?? join(options.root, recordPath(id), '..'), id),
  }
}

const liveRoot = (options: StoreOptions): string | undefined =>
  options.repository === undefined ? undefined : join(options.repository.commonDir, 'hotwash')

const rootsOf = (options: StoreOptions): Roots => ({ root: options.root, live: liveRoot(options) })

function placeOf(options: StoreOptions, id: string): { dir: string; live: boolean } {
  const folder = join(options.root, recordPath(id))
  const root = liveRoot(options)
  if (root === undefined) return { dir: folder, live: true }
  const dir = join(root, id)
  return existsSync(join(dir, 'log')) || !existsSync(folder)
    ? { dir, live: true }
    : { dir: folder, live: false }
}

/** Where an incident that is here can be read. */
function readable(options: StoreOptions, id: string): { dir: string; live: boolean } {
  const place = isIncidentId(id) ? placeOf(options, id) : undefined
  if (place === undefined || !existsSync(join(place.dir, 'log'))) {
    throw noIncident(id, { branch: branchesOf(options).get(id) })
  }
  refuseLinks(liveRoot(options) ?? join(options.root, 'incidents'))
  return place
}

function openIncident(options: StoreOptions, id: string, about: 'all' | 'report' = 'all'): Journal {
  const place = readable(options, id)
  // Runs stay where their journal is, also when the record has one here for its report.
  const takenUp = place.live && isTakenUp(place.dir)
  return openJournal({
    ...options,
    incident: id,
    dir: place.dir,
    writer: () => writerName(options, place.dir),
    accepts: takenUp ? isAboutReport : undefined,
    readOnly:
      place.live && (!takenUp || about === 'report')
        ? undefined
        : `incident ${id} came by git and has no journal on this machine: it can be read, not continued`,
  })
}

function createIncident(
  options: StoreOptions,
  { title, day }: { title: string; day?: string | undefined },
): Journal {
  const today = new Date(options.clock.now()).toISOString().slice(0, 10)
  for (let n = 1; ; n += 1) {
    const id = incidentId(day ?? today, title, n)
    refuseSecretIn(options, id)
    if (isTaken(options, id)) continue
    const root = liveRoot(options)
    const dir = root === undefined ? join(options.root, recordPath(id)) : join(root, id)
    if (!onDisk(dir, () => makeJournal(dir, options.random))) continue
    return openIncident(options, id)
  }
}

function refuseSecretIn(options: StoreOptions, id: string): void {
  const secret = options.redactor.finds(id)
  if (secret === undefined) return
  throw new HotwashError('SECRET', `the id made from this title holds the secret ${secret}`, {
    hint: 'ids, branches and paths cannot be masked; choose another title',
  })
}

/** False when somebody else took the id at the same moment. */
function makeJournal(dir: string, random: Random): boolean {
  const parent = join(dir, '..')
  makeFolder(parent)
  refuseLinks(parent)
  try {
    mkdirSync(dir, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  layOut(dir, random)
  for (const folder of [dir, parent]) syncFolder(folder)
  return true
}

/** An id is also taken by a record in the work tree and by a branch, e.g. of another clone. */
function isTaken(options: StoreOptions, id: string): boolean {
  const root = liveRoot(options)
  return (
    existsSync(join(options.root, recordPath(id))) ||
    (root !== undefined && existsSync(join(root, id))) ||
    branchesOf(options).has(id)
  )
}

const branchesOf = ({ repository }: StoreOptions): Map<string, string> =>
  repository === undefined ? new Map() : incidentBranches(repository.commonDir)

function onlyOnBranches(options: StoreOptions): Map<string, string> {
  const here = placesHere(rootsOf(options))
  const others = [...branchesOf(options)].filter(([id]) => !here.has(id))
  return new Map(others.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** One file per responder, machine and clone: `maria@laptop-3f9c21e0`. */
function writerName({ actor, random }: StoreOptions, dir: string): string {
  const path = join(dir, 'local', 'writer')
  if (!existsSync(path)) onDisk(path, () => writeDurably(path, Buffer.from(random.hex(4))))
  const user = slug(actor.email.split('@')[0] ?? '') || slug(actor.name) || 'someone'
  return `${user}@${slug(actor.host) || 'host'}-${readFileSync(path, 'utf8').trim()}`
}
