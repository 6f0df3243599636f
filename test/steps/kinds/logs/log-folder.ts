/** Log files of a test in a folder of their own, and what the kind says of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Outcome, StepContext } from '../../../../src/steps/kind.ts'
import { logs } from '../../../../src/steps/kinds/logs.ts'
import { commandContext } from '../../command-context.ts'

export function logFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'hotwash-logs-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  let made = 0
  const newPath = (): string => join(folder, `${(made += 1)}.log`)
  const file = (...lines: string[]): string => {
    const path = newPath()
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
    return path
  }
  const read = (asked: object, context: StepContext = commandContext(folder)): Promise<Outcome> =>
    logs.run(logs.params.parse(asked) as never, context)
  return { folder, file, newPath, read }
}

type Sample = { message: string; count: number } & Record<string, string | number>
type Seen = { count: number; first_seen: string; last_seen: string; samples: Sample[] }

export const category = (outcome: Outcome, name: string): Seen =>
  (outcome.data['categories'] as unknown as Record<string, Seen>)[name] as Seen
