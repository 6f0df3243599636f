/** `audit verify`: finds out what is meant (an incident, a folder, a commit), and verifies it. */
import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { HotwashError } from '../../errors.ts'
import type { Repository } from '../../ports/git.ts'
import { isIncidentId, recordPath } from '../../record/names.ts'
import type { Verified } from '../../record/verify/problem.ts'
import type { RecordWorld } from '../record-world.ts'

type InRepository = RecordWorld & { repository: Repository }

type Target =
  | { is: 'incident'; id: string }
  | { is: 'folder'; dir: string; id: string }
  | { is: 'commit'; commit: string; ids: string[] }

/** One report per incident, in the order in which they were found. */
export async function verifyRecord(
  world: RecordWorld,
  asked: string | undefined,
): Promise<Verified[]> {
  const { verifyAt, verifyFolder, verifyIncident } = await import('../../record/verify/verify.ts')
  const reports: Verified[] = []
  for (const target of await targetsOf(world, asked)) {
    const { repository } = world
    if (target.is === 'folder') reports.push(await verifyFolder(target.dir, target.id))
    else if (target.is === 'incident') {
      const verified =
        repository === undefined
          ? await verifyFolder(join(world.root, recordPath(target.id)), target.id)
          : await verifyIncident({ ...world, repository }, target.id, liveOf(repository, target.id))
      const notes = [...verified.notes, ...(await textNotes(world, target.id))]
      reports.push({ ...verified, notes })
    } else if (repository !== undefined) {
      for (const id of target.ids)
        reports.push(await verifyAt({ ...world, repository }, id, target.commit))
    }
  }
  return reports
}

const liveOf = ({ commonDir }: Repository, id: string): string | undefined => {
  const live = join(commonDir, 'hotwash', id)
  return existsSync(join(live, 'log')) ? live : undefined
}

/** Of texts beside the log. Where the log cannot be read, its own problems say enough. */
async function textNotes(world: RecordWorld, id: string): Promise<string[]> {
  if (!world.store.list().includes(id)) return []
  const { publishedNotes } = await import('../publish/published-notes.ts')
  const { approvalNotes } = await import('./approval-notes.ts')
  const { GitTrouble } = await import('../../record/git/incident-branch.ts')
  const notes: string[] = []
  // Each by itself: what one cannot read hides nothing of the other.
  for (const notesOf of [approvalNotes, publishedNotes]) {
    try {
      notes.push(...(await notesOf(world, world.store.open(id))))
    } catch (error) {
      if (!(error instanceof HotwashError || error instanceof GitTrouble)) throw error
    }
  }
  return notes
}

async function targetsOf(world: RecordWorld, asked: string | undefined): Promise<Target[]> {
  if (asked === undefined) return allIncidents(world)
  if (isIncidentId(asked)) return [await knownIncident(world, asked)]
  const path = resolve(world.cwd, asked)
  if (existsSync(path) && statSync(path).isDirectory()) return [folderTarget(world, path)]
  if (world.repository !== undefined)
    return [await commitTarget({ ...world, repository: world.repository }, asked)]
  throw unknown(asked)
}

const unknown = (asked: string): HotwashError =>
  new HotwashError('NO_INCIDENT', `${asked} is no incident, folder or commit here`, {
    hint: 'name an incident (hotwash list), a branch, a commit, or a folder that holds log/',
  })

async function allIncidents(world: RecordWorld): Promise<Target[]> {
  const ids = new Set([...world.store.list(), ...(await branchIds(world))])
  if (ids.size === 0) {
    throw new HotwashError('NO_INCIDENT', 'there is no incident here to verify', {
      hint: 'name a branch, a commit, or a folder that holds log/',
    })
  }
  return [...ids].map((id) => ({ is: 'incident', id }))
}

async function branchIds({ git, repository, config }: RecordWorld): Promise<string[]> {
  if (repository === undefined) return []
  const roots = ['refs/heads', `refs/remotes/${config.remote}`]
  const patterns = roots.flatMap((root) => [`${root}/incident`, `${root}/hotwash/incident`])
  const listed = await git.raw(repository.root, [
    'for-each-ref',
    '--format=%(refname)',
    ...patterns,
  ])
  const names = listed.ok ? listed.stdout.split('\n') : []
  return names.map((name) => basename(name)).filter(isIncidentId)
}

async function knownIncident(world: RecordWorld, id: string): Promise<Target> {
  if (world.store.list().includes(id) || (await branchIds(world)).includes(id))
    return { is: 'incident', id }
  const dir = world.store.where(id)
  if (existsSync(dir)) return { is: 'incident', id }
  throw unknown(id)
}

function folderTarget(world: RecordWorld, path: string): Target {
  const inside = relative(realpathSync(world.root), realpathSync(path))
  const id = basename(path)
  // A copy of this repository's own work tree can be compared with git.
  if (world.repository !== undefined && isIncidentId(id) && inside === recordPath(id)) {
    return { is: 'incident', id }
  }
  if (!existsSync(join(path, 'log'))) {
    throw new HotwashError(
      'NO_INCIDENT',
      `${path} is not the folder of an incident: it holds no log/`,
      {
        hint: 'name the folder incidents/<year>/<id>',
      },
    )
  }
  return { is: 'folder', dir: path, id }
}

async function commitTarget(world: InRepository, asked: string): Promise<Target> {
  const { git, repository } = world
  const run = (...args: string[]) => git.raw(repository.root, args)
  const found = await run(
    'rev-parse',
    '--quiet',
    '--verify',
    '--end-of-options',
    `${asked}^{commit}`,
  )
  if (!found.ok) throw unknown(asked)
  const commit = found.stdout.trim()
  const named = basename(asked)
  const listed = await run(
    'ls-tree',
    '-r',
    '-d',
    '--name-only',
    '--full-tree',
    commit,
    '--',
    'incidents/',
  )
  const folders = listed.ok ? listed.stdout.split('\n') : []
  const all = folders.flatMap((path) => {
    const id = basename(path)
    return isIncidentId(id) && path === recordPath(id) ? [id] : []
  })
  const ids = all.includes(named) ? [named] : all
  if (ids.length > 0) return { is: 'commit', commit, ids }
  throw new HotwashError('NO_INCIDENT', `${asked} holds no incident`, {
    hint: 'an incident is on its branch incident/<id>, or in incidents/ once merged',
  })
}
