/**
 * The reports of many incidents at once: where `currentReport` asks git for one, this asks it once
 * for all. The same rules: the file where its branch is checked out, else the one on its branch; of
 * a record that came by git, the one beside it.
 */
import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readObjects } from '../../record/git/objects.ts'
import type { Place } from '../../record/places.ts'
import type { RecordWorld } from '../record-world.ts'

/** Longer ones are nobody's report. */
const MOST_BYTES = 8 << 20

type Branch = { tip: string; checkedOut: string | undefined }

export type ReportSource = {
  /** Changes when the report may have changed. */
  key: string
  file: string | undefined
  /** As `git cat-file` takes it. */
  object: string | undefined
}

const NONE: ReportSource = { key: '-', file: undefined, object: undefined }

/** Asks git once; then tells where the report of each incident is. */
export async function reportSources(
  world: RecordWorld,
  { live }: { live: boolean },
): Promise<(place: Place) => ReportSource> {
  const branches = live ? await branchesOf(world) : new Map<string, Branch>()
  return ({ id, live }) => sourceOf(world, { id, live, branch: branches.get(id) })
}

type Of = { id: string; live: boolean; branch: Branch | undefined }

function sourceOf(world: RecordWorld, { id, live, branch }: Of): ReportSource {
  const { root, store } = world
  const path = `${store.recordPath(id)}/postmortem.md`
  if (branch === undefined || (!live && branch.checkedOut !== root))
    return onDisk(`${root}/${path}`)
  if (branch.checkedOut !== undefined && existsSync(branch.checkedOut))
    return onDisk(join(branch.checkedOut, path))
  return { key: branch.tip, file: undefined, object: `${branch.tip}:${path}` }
}

function onDisk(file: string): ReportSource {
  const stat = lstatSync(file, { throwIfNoEntry: false })
  // Nobody's link leads hotwash to a file that it shows as a report.
  if (stat?.isFile() !== true || stat.size > MOST_BYTES) return NONE
  return { key: `${stat.size}:${stat.mtimeMs}`, file, object: undefined }
}

/** Of `incident/<id>` and, where a branch named `incident` is in the way, `hotwash/incident/<id>`. */
async function branchesOf({ git, repository }: RecordWorld): Promise<Map<string, Branch>> {
  const found = new Map<string, Branch>()
  if (repository === undefined) return found
  const format = '--format=%(objectname)%00%(refname)%00%(worktreepath)'
  const roots = ['refs/heads/incident', 'refs/heads/hotwash/incident']
  const listed = await git.raw(repository.root, ['for-each-ref', format, ...roots])
  // A git that cannot tell fails no catalog: the reports beside the records are read.
  for (const line of listed.ok ? listed.stdout.split('\n') : []) {
    const [tip = '', ref = '', worktree = ''] = line.split('\0')
    const id = ref.slice(ref.lastIndexOf('/') + 1)
    if (id !== '') found.set(id, { tip, checkedOut: worktree === '' ? undefined : worktree })
  }
  return found
}

/** Texts by id; those that are not there or cannot be read are left out. */
export async function readReports(
  { git, repository }: Pick<RecordWorld, 'git' | 'repository'>,
  sources: ReadonlyMap<string, ReportSource>,
): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  const objects = new Map<string, string>()
  for (const [id, { file, object }] of sources) {
    if (object !== undefined) objects.set(id, object)
    const text = file === undefined ? undefined : textOf(file)
    if (text !== undefined) texts.set(id, text)
  }
  if (repository === undefined || objects.size === 0) return texts
  const blobs = await blobsOf({ git, repository }, objects)
  const read = await readObjects({ git, repository }, [...new Set(blobs.values())])
  for (const [id, blob] of blobs) {
    const bytes = read.get(blob)
    if (bytes !== undefined) texts.set(id, bytes.toString('utf8'))
  }
  return texts
}

/** `<tip>:<path>` names → blobs that are small enough. */
async function blobsOf(
  { git, repository }: { git: RecordWorld['git']; repository: { root: string } },
  objects: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const args = ['cat-file', '--batch-check=%(objectname) %(objecttype) %(objectsize)']
  const stdin = [...objects.values()].map((name) => `${name}\n`).join('')
  const answer = await git.raw(repository.root, args, { stdin })
  const lines = answer.ok ? answer.stdout.split('\n') : []
  return new Map(
    [...objects.keys()].flatMap((id, n) => {
      const [blob = '', type, size] = (lines[n] ?? '').split(' ')
      return type === 'blob' && Number(size) <= MOST_BYTES ? [[id, blob] as const] : []
    }),
  )
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
