/** Versions of packages, as the files tell in which package managers keep what they installed. */
import { basename, resolve } from 'node:path'
import type { Value } from '../../../incident/value.ts'
import type { Collector } from './collector.ts'

const FILE_BYTES = 32 * 1024 * 1024
const MOST_PACKAGES = 5_000

export const collectPackages =
  ({ path, names }: { path: string; names?: readonly string[] | undefined }): Collector =>
  async ({ cwd, ports }) => {
    const full = resolve(cwd, path)
    const facts = await ports.files.facts(full)
    if (facts === undefined) return { exists: false }
    const { sha256, kind } = facts
    if (kind !== 'file' && kind !== 'symlink') throw new Error(`${path} is not a file`)
    const versions = versionsIn(basename(path), await ports.files.readText(full, FILE_BYTES))
    const digest = kind === 'file' ? sha256 : (await ports.files.digest(full)).sha256
    if (versions === undefined) {
      if (names === undefined) return { exists: true, sha256: digest }
      throw new Error(`${path}: versions in a file of this name are not understood`)
    }
    const wanted = names === undefined ? versions : chosen(versions, names)
    const kept = [...wanted].slice(0, MOST_PACKAGES)
    return {
      exists: true,
      sha256: digest,
      count: versions.size,
      versions: Object.fromEntries(kept) as Record<string, Value>,
    }
  }

const chosen = (versions: ReadonlyMap<string, string>, names: readonly string[]) =>
  new Map(names.map((name) => [name, versions.get(name) ?? versions.get(plain(name)) ?? 'none']))

/** Python takes `Foo_Bar` and `foo-bar` for one package (PEP 503). */
const plain = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')

type Read = (text: string) => Map<string, string>

/** undefined: this sort of file is not known. */
export function versionsIn(file: string, text: string): Map<string, string> | undefined {
  const known = READERS.find(([pattern]) => pattern.test(file))
  return known?.[1](text)
}

const npm: Read = (text) => {
  const lock = JSON.parse(text) as {
    packages?: Record<string, { version?: string }>
    dependencies?: Record<string, { version?: string }>
  }
  const inside = Object.entries(lock.packages ?? {}).filter(([path]) => path !== '')
  const all = inside.length > 0 ? inside : Object.entries(lock.dependencies ?? {})
  // Copies deeper in the tree keep their path, so that none hides another.
  const name = (path: string): string => path.replace(/^node_modules\//, '')
  return new Map(all.map(([path, { version = '' }]) => [name(path), version]))
}

/** `[[package]]` of uv, Poetry and Cargo: written by a program, one key a line. */
const tables: Read = (text) => {
  const versions = new Map<string, string>()
  for (const part of text.split(/^\[\[package\]\]\s*$/m).slice(1)) {
    const own = part.split(/^\[/m)[0] ?? ''
    const [name, version] = ['name', 'version'].map(
      (key) => new RegExp(`^${key} = "([^"]*)"`, 'm').exec(own)?.[1],
    )
    if (name === undefined) continue
    const known = versions.get(name)
    versions.set(name, known === undefined ? (version ?? '') : `${known}, ${version}`)
  }
  return versions
}

/** pip's: `name[extra]==1.2.3 ; marker --hash=…`; whatever pins is kept as it stands. */
const requirements: Read = (text) =>
  new Map(
    text.split(/\r?\n/).flatMap((line): [string, string][] => {
      const [, name, range = ''] =
        /^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*((?:[=<>!~]=?=?\s*[^\s;#,\\]+,?\s*)*)/.exec(
          line,
        ) ?? []
      if (name === undefined) return []
      return [[plain(name), range.trim().replace(/^==\s*/, '') || 'any']]
    }),
  )

/** Bundler's: what is resolved stands four deep in a section `specs:`. */
const gemfile: Read = (text) =>
  new Map(
    [...text.matchAll(/^ {4}(\S+) \(([^)]+)\)$/gm)].map(([, name = '', version = '']) => [
      name,
      version,
    ]),
  )

const composer: Read = (text) => {
  type Packages = { name: string; version: string }[] | undefined
  const lock = JSON.parse(text) as { packages?: Packages; 'packages-dev'?: Packages }
  const all = [...(lock.packages ?? []), ...(lock['packages-dev'] ?? [])]
  return new Map(all.map(({ name, version }) => [name, version]))
}

const READERS: readonly (readonly [RegExp, Read])[] = [
  [/^(package-lock|npm-shrinkwrap)\.json$/, npm],
  [/^(uv|poetry|Cargo)\.lock$/, tables],
  [/requirements.*\.txt$|^constraints.*\.txt$/, requirements],
  [/^Gemfile\.lock$/, gemfile],
  [/^composer\.lock$/, composer],
]
