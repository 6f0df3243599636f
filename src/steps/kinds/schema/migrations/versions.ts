/** What a history means: against files, and against another database. Pure. */
import type { Difference } from '../difference.ts'
import { NOTHING } from '../difference.ts'
import { appliedBy } from './alembic.ts'
import type { MigrationFile } from './files.ts'
import { byVersion, type History } from './history.ts'

export type Versions = {
  tool: string
  table: string
  /** The newest that is applied; empty when none is. */
  current: string
  applied: string[]
  failed: { version: string; why: string }[]
  rolled_back: string[]
  /** There are files for these, and they are not applied; empty without a folder. */
  pending: string[]
  /** These are applied, and there is no file for them; empty without a folder. */
  missing: string[]
  /** Applied from a file that is another one now. */
  changed: string[]
  locked: boolean
}

export type Told = {
  tool: string
  table: string
  history: History
  locked: boolean
  files?: readonly MigrationFile[] | undefined
}

export function versionsOf({ tool, table, history, locked, files }: Told): Versions {
  const { applied, failed, rolledBack } = history
  const about = { tool, table, current: applied.at(-1) ?? '', applied, failed, locked }
  const none = { rolled_back: rolledBack, pending: [], missing: [], changed: [] }
  if (files === undefined) return { ...about, ...none }
  const revisions = files.flatMap(({ revision }) => (revision ? [revision] : []))
  const done = revisions.length > 0 ? appliedBy(applied, revisions) : new Set(applied)
  const broken = new Set(failed.map(({ version }) => version))
  const names = (file: MigrationFile) => [file.version, ...file.also]
  const isUpTo = (file: MigrationFile) =>
    history.upTo !== undefined &&
    [file.version, ...file.also]
      .filter((name) => /^\d/.test(name))
      .some((name) => byVersion(name, history.upTo ?? '') <= 0)
  const isDone = (file: MigrationFile) => names(file).some((name) => done.has(name)) || isUpTo(file)
  const known = new Set(files.flatMap(names))
  return {
    ...about,
    applied: revisions.length > 0 ? inOrder(done, revisions) : applied,
    rolled_back: rolledBack,
    pending: files
      .filter((file) => !isDone(file) && !names(file).some((name) => broken.has(name)))
      .map(({ version }) => version),
    // A baseline stands for migrations that were done before the tool came.
    missing: applied.filter((version) => !known.has(version) && version !== history.upTo),
    changed: files.flatMap(({ version, digests }) => {
      const was = history.digests[version]
      return digests === undefined || was === undefined || digests.includes(was) ? [] : [version]
    }),
  }
}

/** What comes before stands before. */
function inOrder(
  done: ReadonlySet<string>,
  revisions: readonly { id: string; before: readonly string[] }[],
): string[] {
  const before = new Map(revisions.map((one) => [one.id, one.before]))
  const order = new Set<string>()
  const seen = new Set<string>()
  const waiting = [...done].reverse()
  // Deepest first, without recursion: a project may have thousands in one line.
  for (let id = waiting.at(-1); id !== undefined; id = waiting.at(-1)) {
    const open = seen.has(id) ? [] : (before.get(id) ?? []).filter((one) => !order.has(one))
    seen.add(id)
    if (open.length > 0) {
      waiting.push(...open.filter((one) => !seen.has(one)))
      if (waiting.at(-1) !== id) continue
    }
    order.add(id)
    waiting.pop()
  }
  return [...order]
}

export function versionDifferences(versions: Versions): Difference[] {
  const { table, failed, pending, missing, changed, locked, tool } = versions
  const at = (migration: string) => ({ table, migration })
  return [
    ...failed.map(({ version, why }): Difference => {
      const found = why === '' ? 'begun and never finished' : why
      return { ...at(version), kind: 'failed', expected: 'applied', found }
    }),
    ...pending.map((version): Difference => ({
      ...at(version),
      kind: 'pending',
      expected: 'applied',
      found: NOTHING,
    })),
    ...missing.map((version): Difference => ({
      ...at(version),
      kind: 'extra',
      expected: NOTHING,
      found: 'applied, and there is no file of it',
    })),
    ...changed.map((version): Difference => ({
      ...at(version),
      kind: 'changed',
      expected: 'the file that was applied',
      found: 'another content',
    })),
    ...(locked
      ? [
          {
            table,
            kind: 'locked' as const,
            expected: 'no lock',
            found: `the lock of ${tool} is held: a migration runs, or died`,
          },
        ]
      : []),
  ]
}

/** What one database has applied and the other has not. */
export function comparedWith(versions: Versions, other: Versions): Difference[] {
  const own = new Set(versions.applied)
  const theirs = new Set(other.applied)
  const at = (migration: string) => ({ table: versions.table, migration })
  return [
    ...other.applied
      .filter((version) => !own.has(version))
      .map((version): Difference => ({
        ...at(version),
        kind: 'missing',
        expected: 'applied',
        found: NOTHING,
      })),
    ...versions.applied
      .filter((version) => !theirs.has(version))
      .map((version): Difference => ({
        ...at(version),
        kind: 'extra',
        expected: NOTHING,
        found: 'applied',
      })),
  ]
}
