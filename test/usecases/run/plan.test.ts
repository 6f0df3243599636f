/** What a plan says to a person who has not slept: what is known, what is not, and what is as it is now. */
import { afterEach, expect, test } from 'vitest'
import { updateLines } from '../../../src/cli/update-lines.ts'
import { planResult } from '../../../src/cli/run-result.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { openLab, type Lab } from '../world.ts'

let lab: Lab
afterEach(() => lab.close())

const INNER = `hotwash: 1
name: Inner
inputs: {word: {type: string, required: true}}
steps:
  - {id: act, run: [echo, "\${{ inputs.word }}"], outputs: {name: stdout}}
  - {id: seen, run: ['true'], effect: read, expect: 'steps.act.outputs.name == ""'}
`

async function plan(lines: string) {
  lab = await openLab()
  lab.write('inner.yaml', INNER)
  lab.write('book.yaml', `hotwash: 1\nname: Logins fail\n${lines}`)
  const report = await runRunbook(lab.world, { runbook: 'book.yaml', plan: true })
  const planned = lab.shown.flatMap((one) => (one.type === 'planned' ? [one] : []))
  const said = Object.fromEntries(
    planned.map(({ card, ran, result }) => [card.id, `${ran}: ${result}`]),
  )
  const text = lab.shown.flatMap(updateLines).join('\n')
  const steps = Object.fromEntries(report.steps.map(({ id, ...rest }) => [id, rest]))
  return { report, said, text, steps }
}

const ON_ACT = 'depends on step act, which a plan does not run'

test('what depends on a step that it does not run is not known, and is not called failed', async () => {
  const { said, steps, text, report } = await plan(`
steps:
  - {id: act, run: [touch, changed], outputs: {broken: 'true', name: stdout}}
  - {id: words, run: [echo, "\${{ steps.act.outputs.name }}"], effect: read, outputs: {x: 'true'}}
  - {id: perhaps, run: ['true'], effect: read, when: steps.act.outputs.broken}
  - {id: ended, run: ['true'], effect: read, when: 'steps.act.status == "succeeded"'}
  - {id: judged, run: ['true'], effect: read, expect: steps.act.outputs.broken}
  - {id: chain, run: ['true'], effect: read, when: steps.words.outputs.x}
  - id: back
    run: [touch, more]
    rollback: {run: [echo, "\${{ steps.act.outputs.name }}"]}
  - {id: many, foreach: {in: '[steps.act.outputs.name]', as: n, steps: [{id: one, run: [echo, "\${{ n }}"]}]}}
`)
  expect(said).toEqual({
    act: 'not_run: would run',
    words: `not_run: not known in a plan: what it does ${ON_ACT}`,
    perhaps: `not_run: not known in a plan: whether it runs ${ON_ACT}`,
    ended: `not_run: not known in a plan: whether it runs ${ON_ACT}`,
    judged: `read: not known in a plan: whether it holds ${ON_ACT}`,
    chain:
      'not_run: not known in a plan: whether it runs depends on step words, which a plan does not run',
    back: 'not_run: would run',
    many: `not_run: not known in a plan: how often it runs ${ON_ACT}`,
  })
  expect(text).toContain(`undo: not known in a plan: it ${ON_ACT}`)
  expect(text).not.toContain('cannot be rendered')
  expect(report.steps.filter(({ status }) => status === 'failed')).toEqual([])
  expect(steps['words']).toMatchObject({
    status: 'pending',
    reason: expect.stringContaining(ON_ACT),
  })
  expect(steps['judged']).toMatchObject({
    status: 'succeeded',
    reason: expect.stringContaining(ON_ACT),
  })
  expect(planResult(report)).toMatchObject({ exitCode: 0 })
})

test('a condition that the other half decides is known', async () => {
  const { said } = await plan(`
inputs: {restart: {type: string, default: ''}}
steps:
  - {id: act, run: [touch, changed], outputs: {x: 'true'}}
  - {id: no, run: ['true'], effect: read, when: 'steps.act.status == "succeeded" && inputs.restart != ""'}
  - {id: yes, run: ['true'], effect: read, when: 'steps.act.outputs.x || inputs.restart == ""'}
`)
  expect(said['no']).toMatch(/^skipped: .* is false$/)
  expect(said['yes']).toBe('read: succeeded')
})

test('names of a round and of an included runbook are found by the ids that they have in the run', async () => {
  const { said, report } = await plan(`
steps:
  - {id: top, run: [touch, changed], outputs: {name: stdout}}
  - id: each
    foreach:
      in: '["a"]'
      as: n
      steps:
        - {id: act, run: [touch, changed], outputs: {name: stdout}}
        - {id: seen, run: ['true'], effect: read, expect: 'steps.act.outputs.name == ""'}
  - {id: inc, runbook: {path: inner.yaml, inputs: {word: a}}}
  - {id: late, runbook: {path: inner.yaml, inputs: {word: "\${{ steps.top.outputs.name }}"}}}
`)
  const why = 'not known in a plan: whether it holds depends on step'
  expect(said['inc.seen']).toBe(`read: ${why} inc.act, which a plan does not run`)
  expect(said['late']).toBe(
    'not_run: not known in a plan: what it does depends on step top, which a plan does not run',
  )
  expect(report.steps.filter(({ status }) => status === 'failed')).toEqual([])
  expect(said['seen.1']).toBe(`read: ${why} act.1, which a plan does not run`)
})

test('what is validated after a change fails as things are now, and concludes nothing', async () => {
  const { said, text, report } = await plan(`
steps:
  - {id: look, run: [echo, 3 of 16], effect: read, observe: true, finding: {says: 'logins: \${{ stdout }}', hypothesis: the pool is shared}}
  - {id: sees, name: Two words, run: ['false'], effect: read, observe: true}
  - {id: first, run: ['false'], effect: read, on_failure: continue}
  - {id: logins, run: ['true'], observe: true}
  - {id: log, run: [echo, '0'], effect: read, observe: true, finding: {says: nobody was refused, confidence: rejected, hypothesis: the pool is shared}}
  - {id: fix, run: [touch, fixed]}
  - {id: validate, run: [test, -e, fixed], effect: read, finding: {says: the fix does not help, confidence: rejected, hypothesis: the pool is shared}}
`)
  expect(said['sees']).toMatch(/^read: observed: expected "exit_code == 0" \(exit_code = 1\)/)
  expect(said['first']).toMatch(/^read: failed: /)
  expect(said['validate']).toMatch(
    /^read: failed as things are now, without the steps above that a plan does not run: /,
  )
  expect(text).toContain('FINDING (likely) on "the pool is shared": logins: 3 of 16')
  expect(said['log']).toMatch(/^read: observed: /)
  expect(text).not.toContain('nobody was refused')
  expect(text).not.toContain('the fix does not help')
  expect(planResult(report).text).toContain('(2 failed as things are now)')
})

test('a step that is left out is not rendered', async () => {
  const { said, text } = await plan(`
inputs: {log: {type: string, default: ''}}
steps:
  - {id: log, when: inputs.log != "", logs: {file: "\${{ inputs.log }}"}}
`)
  expect(said['log']).toBe('skipped: "inputs.log != """ is false')
  expect(text).not.toContain('cannot be rendered')
})
