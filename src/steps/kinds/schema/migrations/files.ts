/** Which migrations a folder holds, as the tools name them. */
import { createHash } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import type { Files } from '../../../../ports/files.ts'
import type { Tool } from '../params.ts'
import { alembicRevision, type Revision } from './alembic.ts'
import { byVersion } from './history.ts'

export type MigrationFile = {
  /** As the version table would name it. */
  version: string
  /** Relative to the folder. */
  path: string
  /** Other forms in which a version table may name it. */
  also: readonly string[]
  /** sha256 of its content, where the tool keeps one; any of these will do. */
  digests?: readonly string[]
  /** What comes right before it, where files say so. */
  revision?: Revision
}

const MOST_FILES = 20_000
const FILE_BYTES = 4 * 1024 * 1024

export async function migrationFiles(
  folder: string,
  { tool = 'plain', files }: { tool: Tool | undefined; files: Files },
): Promise<MigrationFile[]> {
  const paths = await files.list(folder, MOST_FILES)
  const found: MigrationFile[] = []
  for (const path of paths) {
    const read = () => files.readText(join(folder, path), FILE_BYTES)
    const file = await OF_TOOL[tool](path, read)
    if (file !== undefined) found.push({ also: [], path, ...file })
  }
  return found.sort((one, two) => byVersion(one.version, two.version))
}

type Found = Omit<MigrationFile, 'path' | 'also'> & { also?: readonly string[] }
type Look = (
  path: string,
  read: () => Promise<string>,
) => Promise<Found | undefined> | Found | undefined

const OF_TOOL: Readonly<Record<Tool, Look>> = {
  async alembic(path, read) {
    if (!path.endsWith('.py')) return undefined
    const revision = alembicRevision(await read())
    return revision && { version: revision.id, revision }
  },
  async prisma(path, read) {
    if (basename(path) !== 'migration.sql') return undefined
    const text = (await read()).replaceAll('\r\n', '\n')
    // Prisma takes a file for the same whatever its line ends are.
    const digests = [text, text.replaceAll('\n', '\r\n')].map((one) =>
      createHash('sha256').update(one).digest('hex'),
    )
    return { version: basename(dirname(path)), digests }
  },
  knex(path) {
    if (!/\.(?:c|m)?[jt]s$|\.coffee$/.test(path) || path.endsWith('.d.ts')) return undefined
    // Written in TypeScript and run as JavaScript, or the other way round.
    const bare = basename(path).replace(/\.[^.]+$/, '')
    const also = ['js', 'ts', 'cjs', 'mjs', 'mts', 'cts'].map((ending) => `${bare}.${ending}`)
    return { version: basename(path), also }
  },
  flyway(path) {
    const [, kind, version = '', words] = FLYWAY.exec(basename(path)) ?? []
    if (words === undefined) return undefined
    if (kind === 'R') return { version: basename(path), also: [path] }
    return { version: version.replaceAll('_', '.'), also: [version] }
  },
  rails(path) {
    const version = /^(\d+)_\w+\.rb$/.exec(basename(path))?.[1]
    return version === undefined ? undefined : { version }
  },
  plain(path) {
    const name = basename(path)
    if (name.startsWith('.') || /\.down\.\w+$|^readme/i.test(name)) return undefined
    const bare = name.replace(/(\.up)?\.\w+$/, '')
    const digits = /^[Vv]?(\d+)/.exec(bare)?.[1]
    const numbers = digits === undefined ? [] : [digits, digits.replace(/^0+(?=\d)/, '')]
    return { version: name, also: [bare, path, ...numbers] }
  },
}

/** Undo migrations (U) undo a version and are none. */
const FLYWAY = /^([VRB])([\d._]*)__(.+)\.(?:sql|java|class|kt)$/
