/** Two outages at once: what `status` shows and `resume` takes when no incident is named. */
import { afterEach, expect, test } from 'vitest'
import { openStatus } from '../../../src/usecases/incident/open-status.ts'
import { openIncidents } from '../../../src/usecases/pick-incident.ts'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { answerStep } from '../../../src/usecases/run/answer-step.ts'
import { resumeRun } from '../../../src/usecases/run/resume-run.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { openLab, type Lab } from '../world.ts'

let lab: Lab
afterEach(() => lab.close())

const BOOK = `hotwash: 1
name: Logins fail
steps:
  - {id: call, manual: {instruction: Call the bank.}}
`
const start = async (): Promise<string> =>
  (await runRunbook(lab.world, { runbook: 'book.yaml', fresh: true })).incident

test('status shows each, resume takes the only one with a run to go on with, and says so', async () => {
  lab = await openLab()
  lab.write('book.yaml', BOOK)
  const [first, second] = [await start(), await start()]
  const records = recordWorldOf(lab.world)
  const shown = openStatus(records, openIncidents(records.store))
  expect(shown.json).toMatchObject({
    incidents: [
      { incident: { id: first }, run: { status: 'waiting' } },
      { incident: { id: second }, next: expect.stringContaining(`hotwash answer ${second} call`) },
    ],
  })
  expect(shown.text).toMatch(/OPEN\nLogins fail\n[^]*\n\n.*OPEN\n[^]*\n\n2 incidents are open$/)
  await expect(resumeRun(lab.world, {})).rejects.toMatchObject({
    code: 'NO_INCIDENT',
    message: '2 incidents have a run to resume: name one of them',
    hint: `${first}, ${second}`,
  })
  await answerStep(lab.world, { incident: first, step: 'call', done: true, evidence: 'called' })
  await resumeRun(lab.world, { incident: first })
  expect(await resumeRun(lab.world, {})).toMatchObject({ incident: second, status: 'waiting' })
  const text = `resumes ${second}, the only one with a run to go on with`
  expect(lab.shown).toContainEqual({ type: 'say', level: 'info', text })
  await answerStep(lab.world, { incident: second, step: 'call', done: true, evidence: 'called' })
  await resumeRun(lab.world, { incident: second })
  await expect(resumeRun(lab.world, {})).rejects.toMatchObject({
    message: 'none of the 2 open incidents has a run to resume',
  })
})
