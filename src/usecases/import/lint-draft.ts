/** A runbook that hotwash wrote itself has to be one that it reads. */
import { HotwashError } from '../../errors.ts'
import { parseFound } from '../runbook/find-runbook.ts'
import type { RunbookWorld } from '../runbook/runbook-file.ts'

export const refuseFaulty = async (
  world: RunbookWorld,
  { file, path, text }: { file: string; path: string; text: string },
): Promise<void> => {
  const parsed = await parseFound(world, { file, path, packaged: false, text })
  if (parsed.ok) return
  throw new HotwashError(
    'INVALID_RUNBOOK',
    `the draft for ${path} has problems; nothing was written`,
    {
      issues: parsed.issues,
      hint: 'please report it, with the file that was imported',
    },
  )
}
