import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { git, openLab, story, type Lab } from '../world.ts'

let lab: Lab
beforeEach(async () => {
  lab = await openLab()
})
afterEach(() => lab.close())

const GOOD = `hotwash: 1
name: Point the service at the right database
steps:
  - id: look
    run: [cat, README.md]
    effect: read
    outputs: {text: stdout}
  - id: fix
    when: steps.look.outputs.text.contains("service")
    run: |
      echo new > setting
    rollback: {run: [rm, setting]}
always:
  - {id: after, run: [ls], effect: read}
`

test('a good run does its steps in order and is recorded on the incident branch', async () => {
  lab.write('good.yaml', GOOD)
  const report = await runRunbook(lab.world, { runbook: 'good.yaml' })
  expect(report).toMatchObject({ status: 'succeeded', exit_code: 0, record: { uncommitted: 0 } })
  expect(report.steps.map(({ id, status }) => [id, status])).toEqual([
    ['look', 'succeeded'],
    ['fix', 'succeeded'],
    ['after', 'succeeded'],
  ])
  expect(report.undo).toEqual([{ step: 'fix', status: 'pending' }])
  expect(readFileSync(join(lab.dir, 'setting'), 'utf8')).toBe('new\n')
  expect(story(lab)).toEqual([
    'incident.declared',
    'run.started',
    'step.started look',
    'step.finished look',
    'step.started fix',
    'step.finished fix',
    'step.started after',
    'step.finished after',
    'run.finished',
  ])
  const log = git(lab.dir, 'log', '--format=%s', `incident/${report.incident}`)
  expect(log).toContain('fix')
  expect(existsSync(join(lab.dir, '.git', 'hotwash', report.incident, 'local', 'run.lock'))).toBe(
    false,
  )
})
