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

test('nothing runs where its output cannot be kept, and that is no bug', async () => {
  const spool = join(one.journal.dir, 'local', 'spool')
  rmSync(spool, { recursive: true, force: true })
  writeFileSync(spool, 'a file in the way')
  const signals = { listen: () => () => undefined } as unknown as Signals
  const lines: string[] = []
  const ran = recordCommand(one.world, {
    argv: ['echo', 'ran'],
    incident: undefined,
    signals,
    onLine: (line) => lines.push(line),
  })
  await expect(ran).rejects.toMatchObject({ code: 'JOURNAL', exitCode: 8 })
  expect(lines).toEqual([])
})
