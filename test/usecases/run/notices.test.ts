/** What a run does with messages that their receiver did not take. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { resumeRun } from '../../../src/usecases/run/resume-run.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { ROUTING_KEY, startReceivers, type Receivers } from '../../services/receivers.ts'
import { openLab, story, type Lab } from '../world.ts'

let lab: Lab
let receivers: Receivers
beforeEach(async () => {
  receivers = await startReceivers()
  lab = await openLab({ env: { PATH: process.env['PATH'] ?? '', PAGER_KEY: ROUTING_KEY } })
})
afterEach(async () => {
  lab.close()
  await receivers.stop()
})

const runbook = (...more: string[]) => `hotwash: 1
name: Tell people
secrets: {PAGER_KEY: {env: PAGER_KEY}}
steps:
  - id: tell
    notify:
      pagerduty: {routing_key: "\${{ secrets.PAGER_KEY }}", url: ${receivers.base}/v2/enqueue}
      text: Logins fail
      within: 300ms
${more.map((line) => `  - ${line}\n`).join('')}`

const kept = (): string[] => {
  const folder = join(lab.state, 'notices')
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.json'))
}
const said = () => lab.shown.flatMap((update) => (update.type === 'say' ? [update.text] : []))

test('a message that is not taken is tried again by the steps that follow, and the record says so', async () => {
  receivers.faults.push({ status: 503 })
  lab.write('a.yaml', runbook('{id: later, wait: {for: 1200ms}}', '{id: last, run: [ls]}'))
  const report = await runRunbook(lab.world, { runbook: 'a.yaml' })
  expect(report).toMatchObject({ status: 'succeeded', exit_code: 0 })
  expect(receivers.told).toHaveLength(1)
  expect(receivers.told[0]?.body).toMatchObject({ routing_key: ROUTING_KEY })
  expect(kept()).toEqual([])
  expect(story(lab)).toContain('note.added')
  expect(said().join()).toContain('notification of step tell to pagerduty: delivered after ')
})

test('a receiver that is down does not fail the run, and the end says what is kept', async () => {
  await receivers.stop()
  lab.write('a.yaml', runbook())
  const report = await runRunbook(lab.world, { runbook: 'a.yaml' })
  expect(report).toMatchObject({ status: 'succeeded', exit_code: 0 })
  expect(kept()).toHaveLength(1)
  expect(said().join()).toContain('one message that could not be delivered is kept')
  await receivers.start()
})

test('a message is told when the run is resumed, with the secret as it is then', async () => {
  await receivers.stop()
  lab.write('a.yaml', runbook('{id: stop, ask: {values: {word: {type: string}}}}'))
  const paused = await runRunbook(lab.world, { runbook: 'a.yaml' })
  expect(paused.status).toBe('waiting')
  expect(kept()).toHaveLength(1)
  await receivers.start()
  lab.write('answers.yaml', 'stop: {values: {word: yes}}')
  const report = await resumeRun(lab.world, { answers: 'answers.yaml' })
  expect(report.status).toBe('succeeded')
  expect(receivers.told).toHaveLength(1)
  expect(kept()).toEqual([])
})

test('receivers that do not answer hold the end of a run up once, not once for each message', async () => {
  const more = ['a', 'b', 'c'].map((id) => `{id: ${id}, notify: ${MORE()}}`)
  receivers.faults.push(...Array.from({ length: 20 }, () => 'hang' as const))
  lab.write('a.yaml', runbook(...more))
  const began = performance.now()
  expect(await runRunbook(lab.world, { runbook: 'a.yaml' })).toMatchObject({ exit_code: 0 })
  // Four steps of at most 300 ms, and five seconds at the end; with room for a busy machine.
  expect(performance.now() - began).toBeLessThan(19_000)
  expect(kept()).toHaveLength(4)
})

const MORE = () =>
  `{webhook: {url: ${JSON.stringify(`${receivers.base}/hook`)}}, text: more, within: 300ms}`

test('a plan sends nothing, also nothing that was kept', async () => {
  await receivers.stop()
  lab.write('a.yaml', runbook())
  await runRunbook(lab.world, { runbook: 'a.yaml' })
  await receivers.start()
  await runRunbook(lab.world, { runbook: 'a.yaml', plan: true })
  expect(receivers.told).toEqual([])
  expect(kept()).toHaveLength(1)
})
