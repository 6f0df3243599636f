import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Signals } from '../../../src/ports/operator.ts'
import { recordCommand } from '../../../src/usecases/incident/record-command.ts'
import { incidentOnDisk, isolateGit, type OnDisk } from '../../postmortem/incident-on-disk.ts'

beforeAll(isolateGit)
let one: OnDisk
beforeEach(async () => {
  one = await incidentOnDisk(
    [{ type: 'incident.declared', data: { title: 'Login fails', severity: 'SEV2' } }],
    { repository: false },
  )
})
afterEach(() => one.remove())

const lines: string[] = []
const run = (argv: readonly string[]) => {
  const signals = { listen: () => () => undefined } as unknown as Signals
  lines.length = 0
  const onLine = (line: string): void => void lines.push(line)
  return recordCommand(one.world, { argv, incident: undefined, signals, onLine })
}

test('nothing runs where its output cannot be kept, and that is no bug', async () => {
  const spool = join(one.journal.dir, 'local', 'spool')
  rmSync(spool, { recursive: true, force: true })
  writeFileSync(spool, 'a file in the way')
  await expect(run(['echo', 'ran'])).rejects.toMatchObject({ code: 'JOURNAL', exitCode: 8 })
  expect(lines).toEqual([])
})

test('what was run and cannot be recorded is said so, and nobody is told to run it again', async () => {
  const log = join(one.journal.dir, 'log')
  await expect(run(['sh', '-c', 'mv "$0" "$0.away"; echo ran', log])).rejects.toMatchObject({
    code: 'JOURNAL',
    exitCode: 8,
    message: expect.stringMatching(/^the command was run \(exit code 0\) and is not recorded: /),
    hint: expect.stringContaining('do not run it again'),
  })
  expect(lines).toEqual(['ran'])
})
