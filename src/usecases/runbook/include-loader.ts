/**
 * The texts that `runbook` steps name, found as RUNBOOK on the command line is, but relative to the
 * repository of the including file. Read at once: parsing waits for nothing.
 */
import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { LoadRunbook } from '../../runbook/parse/parsing.ts'
import {
  candidates,
  readRunbookText,
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
    const read = readRunbookText(found.file)
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
