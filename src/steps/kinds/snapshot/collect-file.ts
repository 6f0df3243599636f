/** One file: its facts, and of a file with secrets only what cannot be turned back into them. */
import { basename, resolve } from 'node:path'
import type { Value } from '../../../incident/value.ts'
import { readEnvFile } from '../../env-file.ts'
import { fingerprintOf } from '../../fingerprint.ts'
import type { StepContext } from '../../kind.ts'
import type { Collector } from './collector.ts'

const ENV_FILE_BYTES = 1024 * 1024
const CONTENT_BYTES = 64 * 1024

export const collectFile =
  ({ path, content }: { path: string; content?: boolean | undefined }): Collector =>
  async (context) => {
    const full = resolve(context.cwd, path)
    const facts = await context.ports.files.facts(full)
    if (facts === undefined) return { exists: false }
    const { kind, size, mode, modified } = facts
    const about = { exists: true, kind, mode, modified }
    if (kind === 'directory' || kind === 'other') return about
    if (holdsSecrets(full, context)) return { ...about, ...(await envFile(full, context)) }
    const text = content === true ? { content: await textOf(full, context) } : {}
    // The facts of a link are its own; what is read through it is what it points to.
    if (kind === 'symlink')
      return { ...about, ...(await context.ports.files.digest(full)), ...text }
    return { ...about, size, sha256: facts.sha256, ...text }
  }

const textOf = (path: string, { ports }: StepContext): Promise<string> =>
  ports.files.readText(path, CONTENT_BYTES)

function holdsSecrets(path: string, context: StepContext): boolean {
  const declared = context.secretFiles.map((file) => resolve(context.root, file))
  return basename(path).includes('.env') || declared.includes(path)
}

/** A plain digest of a weak secret can be guessed from the record, and so can its length. */
async function envFile(path: string, context: StepContext): Promise<Record<string, Value>> {
  const content = await context.ports.files.readText(path, ENV_FILE_BYTES)
  const keyed = (text: string) => fingerprintOf(context, text)
  const keys = [...readEnvFile(content).values].map(([key, value]) => [key, keyed(value)])
  return { keyed_digest: keyed(content), keys: Object.fromEntries(keys) as Record<string, string> }
}
