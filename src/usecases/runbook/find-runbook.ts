/** Which runbook the operator means: a path, else a name in ./runbooks, else a packaged one. */
import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { HotwashError, type Issue } from '../../errors.ts'
import type { Parsed } from '../../runbook/parse.ts'
import type { Runbook } from '../../runbook/runbook.ts'
import {
  candidates,
  EXTENSION,
  FOLDER,
  readRunbookText,
  shownPath,
  type Candidate,
  type RunbookWorld,
} from './runbook-file.ts'
import { whyNoFile, whyUnreadable } from '../why-unreadable.ts'

export type FoundRunbook = Candidate & { text: string }

export async function findRunbook(world: RunbookWorld, nameOrPath: string): Promise<FoundRunbook> {
  for (const candidate of candidates(world, nameOrPath)) {
    if (await isFile(candidate.file)) return { ...candidate, text: textOf(candidate) }
  }
  const { closest } = await import('../../runbook/did-you-mean.ts')
  const known = (await listRunbookFiles(world)).map(({ file }) => nameOf(file))
  const near = closest(nameOf(nameOrPath), known)
  const names = known.length > 0 ? `known names: ${[...new Set(known)].join(', ')}` : undefined
  const hint =
    near === undefined ? (names ?? 'give the path of a YAML file') : `did you mean ${near}?`
  const why = nameOrPath.includes('/') ? await whyNone(resolve(world.cwd, nameOrPath)) : undefined
  const message =
    why === undefined ? `there is no runbook "${nameOrPath}"` : `${nameOrPath}: ${why}`
  throw new HotwashError('USAGE', message, { hint })
}

const isFile = async (file: string): Promise<boolean> =>
  (await stat(file).catch(() => undefined))?.isFile() ?? false

const whyNone = (file: string): Promise<string> => stat(file).then(whyNoFile, whyUnreadable)

const nameOf = (file: string): string => (file.split('/').at(-1) ?? file).replace(EXTENSION, '')

function textOf({ file, path }: Candidate): string {
  const read = readRunbookText(file)
  if (read.ok) return read.text
  throw invalidRunbook(path, [wholeFile(path, read.message)])
}

const wholeFile = (file: string, message: string): Issue => ({
  code: 'FILE',
  message,
  place: { file, line: 1, column: 1 },
  severity: 'error',
})

/** Those of the repository first; a packaged one of the same name is left out. */
export async function listRunbookFiles(world: RunbookWorld): Promise<Candidate[]> {
  const own = await filesIn(join(world.root, FOLDER))
  const shipped = await filesIn(join(world.packageRoot, FOLDER))
  const names = new Set(own.map(nameOf))
  return [
    ...own.map((file) => ({ file, packaged: false, path: shownPath(world.root, file, file) })),
    ...shipped
      .filter((file) => !names.has(nameOf(file)))
      .map((file) => ({ file, packaged: true, path: nameOf(file) })),
  ]
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => EXTENSION.test(name))
    .toSorted()
    .map((name) => join(folder, name))
}

/** With what it includes. */
export async function parseFound(world: RunbookWorld, found: FoundRunbook): Promise<Parsed> {
  const [{ parseRunbook }, { includeLoader }] = await Promise.all([
    import('../../runbook/parse.ts'),
    import('./include-loader.ts'),
  ])
  const { text, path } = found
  return parseRunbook({ text, path, kinds: world.kinds, load: includeLoader(world, found) })
}

/** Finds and parses; throws INVALID_RUNBOOK with every problem. */
export async function loadRunbook(
  world: RunbookWorld,
  nameOrPath: string,
): Promise<{ runbook: Runbook; warnings: Issue[]; packaged: boolean; file: string }> {
  const found = await findRunbook(world, nameOrPath)
  const { path, packaged, file } = found
  const parsed = await parseFound(world, found)
  if (parsed.ok) return { runbook: parsed.runbook, warnings: parsed.warnings, packaged, file }
  throw invalidRunbook(path, parsed.issues)
}

function invalidRunbook(path: string, issues: readonly Issue[]): HotwashError {
  const count = issues.length === 1 ? 'one problem' : `${issues.length} problems`
  return new HotwashError('INVALID_RUNBOOK', `${path} has ${count}`, { issues })
}
