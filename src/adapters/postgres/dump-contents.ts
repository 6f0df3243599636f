/** A dump's table of contents, as pg_restore lists it and as it is told what to restore. */
import type { Parts, Tool } from './tools.ts'
import { runToolWell } from './tools.ts'
import type { PostgresTarget } from './url.ts'

export async function readContents(
  target: PostgresTarget,
  parts: Parts,
  options: { pgRestore: Tool; file: string; signal: AbortSignal },
): Promise<string> {
  const { pgRestore, file, signal } = options
  const argv: [string, ...string[]] = [pgRestore.path, '--list', file]
  const run = { argv, database: undefined, signal, what: `reading the dump ${file}` }
  const { stdout } = await runToolWell(target, parts, run)
  return stdout
}

/**
 * Extensions belong to administrators. One that is there already is left alone, and its comment too:
 * an owner of the database's tables could neither drop nor comment it.
 */
export function withoutExtensions(list: string, present: ReadonlySet<string>): string {
  const isOut = (line: string) => {
    if (/^\d+; \d+ \d+ COMMENT - EXTENSION /.test(line)) return true
    const name = /^\d+; \d+ \d+ EXTENSION - (\S+)/.exec(line)?.[1]
    return name !== undefined && present.has(name)
  }
  return list
    .split('\n')
    .filter((line) => !isOut(line))
    .join('\n')
}
