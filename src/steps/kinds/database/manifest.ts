/**
 * What a dump is, in a file beside it: whose content it holds, and how that was proven. A restore
 * compares with it, and `keep` removes nothing that has none.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Content } from '../../../ports/database.ts'
import type { Files } from '../../../ports/files.ts'

const MAX_BYTES = 16 * 1024 * 1024

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const schema = z.strictObject({
  made_by: z.literal('hotwash backup'),
  engine: z.enum(['postgres', 'sqlite']),
  /** Host and database, or the file. */
  database: z.string(),
  /** Where a file's name is relative to. */
  root: z.string(),
  incident: z.string(),
  run: z.string(),
  step: z.string(),
  made_at: z.iso.datetime(),
  bytes: z.int(),
  sha256,
  proof: z.enum(['list', 'restore']),
  tables: z.record(z.string(), z.int()),
  digests: z.record(z.string(), sha256),
})
export type Manifest = z.output<typeof schema>

const ENDING = '.json'
const manifestOf = (dump: string): string => dump + ENDING
export const dumpOf = (manifest: string): string => manifest.slice(0, -ENDING.length)

export const writeManifest = (files: Files, dump: string, manifest: Manifest): Promise<void> =>
  files.writePrivate(manifestOf(dump), `${JSON.stringify(manifest, null, 2)}\n`)

/** undefined: there is none that can be read. */
export async function readManifest(files: Files, dump: string): Promise<Manifest | undefined> {
  const read = await files.readRegular(manifestOf(dump), MAX_BYTES)
  if (read.is !== 'read') return undefined
  try {
    return schema.safeParse(JSON.parse(read.text)).data
  } catch {
    return undefined
  }
}

/** One digest of all content; empty where not every table has one. */
export function contentDigest({ tables, digests }: Content): string {
  const names = Object.keys(tables).sort()
  if (names.some((name) => digests[name] === undefined)) return ''
  const hash = createHash('sha256')
  for (const name of names) hash.update(JSON.stringify([name, tables[name], digests[name]]))
  return hash.digest('hex')
}
