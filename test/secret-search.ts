/** Looks for secrets in everything that hotwash left behind, in the forms in which one could have slipped through. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Ended, Place } from './hotwash.ts'

/** Base64 at each of the three offsets: what stands before a secret shifts it. */
const forms = (secret: string): string[] => [
  ...new Set([
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    ...[0, 1, 2].map((shift) =>
      Buffer.from(' '.repeat(shift) + secret)
        .toString('base64')
        .slice(shift === 0 ? 0 : 4, -4),
    ),
    Buffer.from(secret).toString('hex'),
  ]),
]

/**
 * Not through symbolic links: a sample service has the packages of this repository by one. A run
 * without a backup has no folder for its state.
 */
function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesIn(path)
    return entry.isFile() ? [path] : []
  })
}

/** The settings of the service itself, which it cannot do without. */
const OWN_FILES = /\.env$/

/** Files that hold a form of a secret, the dumps and the service's own settings aside. */
export function leaks(folder: string, secrets: readonly string[]): string[] {
  const needles = secrets.flatMap(forms)
  return filesIn(folder)
    .filter((path) => !path.endsWith('.dump') && !OWN_FILES.test(path))
    .filter((path) => {
      const text = readFileSync(path, 'latin1')
      return needles.some((needle) => text.includes(needle))
    })
}

export const dumpsIn = (folder: string): string[] =>
  filesIn(folder).filter((path) => path.endsWith('.dump'))

const allObjects = (place: Place): string =>
  execFileSync('git', ['cat-file', '--batch-all-objects', '--batch'], {
    cwd: place.dir,
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  })

export type Left = {
  place: Place
  secrets: readonly string[]
  ended: readonly Pick<Ended, 'stdout' | 'stderr'>[]
  /** Further texts, e.g. the command lines that were seen, or a screen. */
  texts?: Readonly<Record<string, string>>
}

/** Only dumps may hold a secret, and only their owner may read them. */
export function expectNoSecretsLeft({ place, secrets, ended, texts = {} }: Left): void {
  const state = place.env['XDG_STATE_HOME'] ?? ''
  for (const folder of [place.dir, place.home, state]) expect(leaks(folder, secrets)).toEqual([])
  for (const dump of dumpsIn(state)) expect((statSync(dump).mode & 0o777).toString(8)).toBe('600')
  const heaps: Record<string, string> = {
    stdout: ended.map(({ stdout }) => stdout).join('\n'),
    stderr: ended.map(({ stderr }) => stderr).join('\n'),
    objects: allObjects(place),
    ...texts,
  }
  for (const [name, heap] of Object.entries(heaps)) {
    const found = secrets.flatMap(forms).filter((form) => heap.includes(form))
    expect([name, found.length]).toEqual([name, 0])
  }
}
