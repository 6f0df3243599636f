/** A throw-away repository (or folder) with the outage recorded in it, through the real store. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildRecordWorld } from '../../src/cli/build-record-world.ts'
import type { Journal } from '../../src/ports/journal.ts'
import type { ReportWorld } from '../../src/usecases/report/report-text.ts'
import type { TestDraft } from '../events.ts'
import { LOG } from './outage.ts'

const PACKAGE_ROOT = join(import.meta.dirname, '..', '..')

/** No configuration of the machine takes part. */
export const isolateGit = (): void => {
  const home = mkdtempSync(join(tmpdir(), 'hotwash-home-'))
  process.env['HOME'] = home
  process.env['GIT_CONFIG_GLOBAL'] = '/dev/null'
  process.env['GIT_CONFIG_SYSTEM'] = '/dev/null'
  for (const role of ['AUTHOR', 'COMMITTER']) {
    process.env[`GIT_${role}_NAME`] = 'Maria Example'
    process.env[`GIT_${role}_EMAIL`] = 'maria@example.test'
  }
}

export const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

export type OnDisk = {
  root: string
  world: ReportWorld
  journal: Journal
  remove(): void
}

export const incidentOnDisk = async (
  drafts: readonly TestDraft[],
  options: { repository: boolean },
): Promise<OnDisk> => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'hotwash-report-')))
  if (options.repository) {
    git(root, 'init', '-q', '-b', 'main')
    writeFileSync(join(root, 'app.txt'), 'one\n')
    git(root, 'add', '.')
    git(root, 'commit', '-q', '-m', 'first')
  }
  const world = { ...(await buildRecordWorld(root)), packageRoot: PACKAGE_ROOT }
  const journal = world.store.create({ title: 'Login fails' })
  for (const text of [LOG, 'switched\n', '{}']) journal.putEvidence('output', text)
  for (const { actor: _, afterMs: __, clock: ___, ...draft } of drafts) journal.append(draft)
  return { root, world, journal, remove: () => rmSync(root, { recursive: true, force: true }) }
}

/** As it lies there now: what a file's tests all begin with is made once. */
export const copyOf = async ({ root: from, journal: { incident } }: OnDisk): Promise<OnDisk> => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'hotwash-report-')))
  cpSync(from, root, { recursive: true })
  const world = { ...(await buildRecordWorld(root)), packageRoot: PACKAGE_ROOT }
  const journal = world.store.open(incident)
  return { root, world, journal, remove: () => rmSync(root, { recursive: true, force: true }) }
}
