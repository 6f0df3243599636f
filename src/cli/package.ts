/** Where this package lies on disk and which version it is: the same from `src/` and from `dist/`. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

function findRoot(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

/** Absolute path of the folder that holds package.json, `templates/` and `runbooks/`. */
export const packageRoot = findRoot()

export const packageJson = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
  name: string
  version: string
  engines: { node: string }
}

export const TOOL = `hotwash ${packageJson.version}`
