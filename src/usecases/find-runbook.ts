/** RUNBOOK on the command line: a path, else a name in `./runbooks`, else one of the packaged ones. */
import { readFile } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { HotwashError } from '../errors.ts'
import type { Runbook } from '../runbook/runbook.ts'
import type { World } from './world.ts'

export type Where = Pick<World, 'cwd' | 'root' | 'packageRoot'>

export type FoundRunbook = {
  /** As messages and the record name it. */
  path: string
  text: string
}

export async function findRunbook(where: Where, name: string): Promise<FoundRunbook> {
  const candidates = candidatesFor(where, name)
  for (const file of candidates) {
    const text = await readIfThere(file)
    if (text !== undefined) return { path: shownPath(where, file), text }
  }
  throw new HotwashError('USAGE', `there is no runbook ${name}`, {
    hint: `looked for ${candidates.map((file) => shownPath(where, file)).join(', ')}; hotwash runbook list shows all`,
  })
}

function candidatesFor({ cwd, root, packageRoot }: Where, name: string): string[] {
  const path = resolve(cwd, name)
  if (isAbsolute(name) || name.includes('/')) return [path]
  const folders = [join(root, 'runbooks'), join(packageRoot, 'runbooks')]
  return [path, ...folders.flatMap((folder) => [join(folder, `${name}.yaml`), join(folder, name)])]
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined
    throw new HotwashError('USAGE', `${file} cannot be read: ${(error as Error).message}`)
  }
}

/** Relative to the root, so that the record means the same on every machine. */
function shownPath({ root, packageRoot }: Where, file: string): string {
  const inRoot = relative(root, file)
  if (!inRoot.startsWith('..') && !isAbsolute(inRoot)) return inRoot
  const packaged = relative(packageRoot, file)
  return packaged.startsWith('..') ? file : `hotwash:${packaged}`
}

/** The runbook, or INVALID_RUNBOOK with every problem. */
export async function parseFound(
  world: Pick<World, 'kinds'>,
  found: FoundRunbook,
): Promise<{ runbook: Runbook; warnings: string[] }> {
  const { parseRunbook } = await import('../runbook/parse.ts')
  const parsed = parseRunbook({ ...found, kinds: world.kinds })
  if (parsed.ok) {
    const warnings = parsed.warnings.map(({ place, message }) => `${shown(place)}: ${message}`)
    return { runbook: parsed.runbook, warnings }
  }
  const [first] = parsed.issues
  const more = parsed.issues.length > 1 ? ` (and ${parsed.issues.length - 1} more)` : ''
  const message =
    first === undefined ? `${found.path} is no runbook` : `${shown(first.place)}: ${first.message}`
  throw new HotwashError('INVALID_RUNBOOK', `${message}${more}`, { issues: parsed.issues })
}

const shown = (place: { file: string; line: number; column: number }): string =>
  `${place.file}:${place.line}:${place.column}`
