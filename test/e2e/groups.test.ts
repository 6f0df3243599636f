/** Groups of steps with the built tool: what is printed, kill -9 with several at work, audit of included texts. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { freshPlace, hotwash, json, startHotwash, type Place } from '../hotwash.ts'
import { childrenOf } from '../journal-on-disk.ts'
import { isRunning } from '../running.ts'
import { until } from '../until.ts'

type Report = {
  incident: string
  status: string
  steps: { id: string; status: string; within?: string; outputs?: object }[]
}

const BACKUP = `hotwash: 1
name: Save a copy
inputs: {file: {type: string, required: true}}
steps:
  - id: copy
    run: [cp, "\${{ inputs.file }}", "\${{ inputs.file }}.bak"]
    check: {run: [cmp, -s, "\${{ inputs.file }}", "\${{ inputs.file }}.bak"]}
    rollback: {run: [rm, "\${{ inputs.file }}.bak"]}
`
const slow = (id: string): string =>
  `{id: ${id}, run: 'echo from ${id}; echo ${id} >> ran; touch ${id}.began; until [ -e go ]; do sleep 0.05; done', check: {run: [test, -e, ${id}.began]}, rollback: {run: echo undo_${id} >> ran}}`
const BOOK = `hotwash: 1
name: Both at once
steps:
  - id: save
    runbook: {path: save, inputs: {file: data}}
  - id: both
    parallel:
      steps:
        - ${slow('left')}
        - ${slow('right')}
`

const place = (): Place =>
  freshPlace({
    files: { 'runbooks/both.yaml': BOOK, 'runbooks/save.yaml': BACKUP, data: 'precious\n' },
  })
const has = (at: Place, name: string): boolean => existsSync(join(at.dir, name))
const text = (at: Place, name: string): string => readFileSync(join(at.dir, name), 'utf8')

it('goes on after kill -9 with two steps at work, undoes all of it, and verifies', async () => {
  const at = place()
  const child = startHotwash(at, ['run', 'both', '--yes'])
  await until(() => has(at, 'left.began') && has(at, 'right.began'), 'both work')
  await until(() => childrenOf(at).length === 2, 'it has noted down both')
  child.kill('SIGKILL')
  await child.ended
  const seen = json<{ runs: Report[] }>(hotwash(at, ['show', '--json']))
  expect(seen.runs[0]).toMatchObject({ status: 'unknown' })
  expect(seen.runs[0]?.steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'save succeeded',
    'save.copy succeeded',
    'both running',
    'left unknown',
    'right unknown',
  ])
  const early = hotwash(at, ['resume', '--yes'])
  expect(early.code).toBe(5)
  expect(early.stdout).toContain('still runs as process')
  await letGo(at)
  const resumed = hotwash(at, ['resume', '--yes', '--json'])
  const report = json<Report>(resumed)
  expect(report.status).toBe('succeeded')
  expect(report.steps.at(-1)).toMatchObject({ id: 'right', within: 'both', status: 'succeeded' })
  expect(hotwash(at, ['rollback', '--yes']).code).toBe(0)
  expect(text(at, 'ran')).toMatch(
    /^(left\nright|right\nleft)\n(undo_left\nundo_right|undo_right\nundo_left)\n$/,
  )
  expect(has(at, 'data.bak')).toBe(false)
  expect(hotwash(at, ['audit', 'verify']).code).toBe(0)
})

/** Until the children that outlived hotwash have ended. */
async function letGo(at: Place): Promise<void> {
  writeFileSync(join(at.dir, 'go'), '')
  await until(() => !childrenOf(at).some(isRunning), 'both have ended')
}

it('says of each line which step printed it', () => {
  const at = freshPlace({
    files: {
      'p.yaml': `hotwash: 1
name: Lines
steps:
  - {id: p, parallel: {steps: [{id: a, run: [echo, one], effect: read}, {id: b, run: [echo, two], effect: read}]}}
  - {id: c, run: [echo, three], effect: read}
`,
    },
  })
  const { stderr, code } = hotwash(at, ['run', 'p.yaml', '--yes'])
  expect(code).toBe(0)
  expect(stderr).toContain('  a | one\n')
  expect(stderr).toContain('  b | two\n')
  expect(stderr).toContain('  | three\n')
  expect(stderr).toContain('step p: SUCCEEDED')
})
