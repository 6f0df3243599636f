/**
 * The texts that `runbook` steps name, found as RUNBOOK on the command line is, but relative to the
 * repository of the including file. Read at once: parsing waits for nothing.
 */
import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { LoadRunbook } from '../../runbook/parse/parsing.ts'
import {
  candidates,
  decoded,
  MAX_BYTES,
  shownPath,
  type Candidate,
  type RunbookWorld,
} from './runbook-file.ts'

export function includeLoader(world: RunbookWorld, outer: Candidate): LoadRunbook {
  const files = new Map<string, Candidate>([[outer.path, outer]])
  return (name, from) => {
    const includer = files.get(from)
    const found = includer && placesOf(world, name, includer).find(({ file }) => isFile(file))
    if (found === undefined) {
      const hint = 'give a path in the repository, or a name in ./runbooks or of a packaged one'
      return { ok: false, message: `there is no runbook "${name}"`, hint }
    }
    const read = textOf(found.file)
    if (!read.ok) return { ok: false, message: `${found.path}: ${read.message}` }
    files.set(found.path, found)
    return { ok: true, path: found.path, text: read.text }
  }
}

/** Last, beside the including file, for one that is in no repository. */
function placesOf(world: RunbookWorld, name: string, { file, packaged }: Candidate): Candidate[] {
  const beside = resolve(dirname(file), name)
  if (!packaged) {
    const path = shownPath(world.root, beside, name)
    return [...candidates({ ...world, cwd: world.root }, name), { file: beside, packaged, path }]
  }
  const [, ...named] = candidates(world, name)
  const own = [resolve(world.packageRoot, name), beside]
  return [...named, ...own.map((one) => ({ file: one, packaged, path: name }))]
}

const isFile = (file: string): boolean =>
  statSync(file, { throwIfNoEntry: false })?.isFile() ?? false

function textOf(file: string): { ok: true; text: string } | { ok: false; message: string } {
  try {
    const { size } = statSync(file)
    if (size <= MAX_BYTES) return { ok: true, text: decoded(readFileSync(file)) }
    return { ok: false, message: `the file has ${size} bytes; at most ${MAX_BYTES} are accepted` }
  } catch (error) {
    const isEncoding = error instanceof TypeError
    const why = isEncoding ? 'the file is not UTF-8; save it as UTF-8' : (error as Error).message
    return { ok: false, message: why }
  }
}
