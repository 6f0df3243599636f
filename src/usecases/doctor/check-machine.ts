import type { RecordWorld } from '../record-world.ts'
import { failed, fine, warned, type DoctorCheck } from './check.ts'

const NARROW_COLUMNS = 60

/** What only the command line knows of the machine. */
export type Machine = {
  node: { version: string; range: string; fits: boolean }
  terminal: { isTty: boolean; columns: number; term: string; locale: string }
}

export function checkMachine({ node, terminal }: Machine): DoctorCheck[] {
  const told = { name: 'node', found: node.version, needed: node.range }
  return [
    node.fits ? fine(told) : failed(told, 'install a Node of that range'),
    ...checkTerminal(terminal),
  ]
}

function checkTerminal({ isTty, columns, term, locale }: Machine['terminal']): DoctorCheck[] {
  const told = { name: 'terminal', needed: `a terminal of ${NARROW_COLUMNS} columns or more` }
  const encoding = { name: 'encoding', found: locale || 'not set', needed: 'UTF-8' }
  const utf8 = /utf-?8/i.test(locale)
  return [
    isTty && term !== 'dumb' && columns >= NARROW_COLUMNS
      ? fine({ ...told, found: `${term}, ${columns} columns` })
      : warned(
          {
            ...told,
            found: isTty ? `${term}, ${columns} columns` : 'none: output is not a terminal',
          },
          isTty
            ? 'make it wider, or use --plain'
            : 'a guided run needs one; else --yes and --answers',
        ),
    utf8 ? fine(encoding) : warned(encoding, 'export LANG=C.UTF-8'),
  ]
}

/** Needed for backup and restore of PostgreSQL only. */
export async function checkPgTools({ process, cwd }: RecordWorld): Promise<DoctorCheck> {
  const told = { name: 'pg_dump', needed: 'for backups of PostgreSQL: not older than the server' }
  if (process.which('pg_dump') === undefined) {
    return warned({ ...told, found: 'not found' }, 'install the PostgreSQL client programs')
  }
  const { stdout } = await process.capture(
    {
      argv: ['pg_dump', '--version'],
      cwd,
      env: process.env(),
      signal: AbortSignal.timeout(10_000),
    },
    10_000,
  )
  return fine({ ...told, found: stdout.trim() })
}
