import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { auditLog } from '../../../src/usecases/audit/audit-log.ts'
import { logPath, makePlace, record } from '../../record/place.ts'

test('a record that holds is shown without a warning, also while somebody writes its last line', async () => {
  const place = makePlace()
  const journal = record(place)
  const log = await auditLog(place.world, journal.incident)
  expect(log).toMatchObject({ incident: journal.incident, warnings: [] })
  expect(log.events).toHaveLength(5)
  appendFileSync(logPath(journal), '{"v":1,"seq":')
  expect((await auditLog(place.world, journal.incident)).warnings).toEqual([])
})

test.each([
  ['an event', 'SEV2', 'SEV3'],
  ['a sequence number', '"seq":4', '"seq":5'],
])('a log in which %s was changed is shown with one warning', async (_, was, is) => {
  const place = makePlace()
  const journal = record(place)
  const path = logPath(journal)
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(was)
  writeFileSync(path, text.replace(was, is))
  const { warnings } = await auditLog(place.world, journal.incident)
  expect(warnings.filter((line) => line.includes('does not verify'))).toEqual([
    `this record does not verify: hotwash audit verify ${journal.incident}`,
  ])
})
