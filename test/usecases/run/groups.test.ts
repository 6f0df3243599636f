/** Steps at the same time, for each item, and of another runbook: run, failed, undone, asked about. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { answerStep } from '../../../src/usecases/run/answer-step.ts'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { resumeRun } from '../../../src/usecases/run/resume-run.ts'
import { rollBack } from '../../../src/usecases/run/roll-back.ts'
import type { RunReport } from '../../../src/usecases/run/run-report.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { updateLines } from '../../../src/cli/update-lines.ts'
import { showIncident, showLines } from '../../../src/usecases/incident/show-incident.ts'
import { openLab, story, type Lab, type LabOptions } from '../world.ts'

let lab: Lab
afterEach(() => lab.close())

const open = async (body: string, options: LabOptions = {}): Promise<void> => {
  lab = await openLab(options)
  lab.write('book.yaml', `hotwash: 1\nname: Logins fail\n${body}`)
}
const run = (more: object = {}): Promise<RunReport> =>
  runRunbook(lab.world, { runbook: 'book.yaml', yes: true, ...more })
const text = (name: string): string =>
  existsSync(join(lab.dir, name)) ? readFileSync(join(lab.dir, name), 'utf8') : ''
const of = (report: RunReport, id: string) => report.steps.find((step) => step.id === id)
const statuses = (report: RunReport): string[] =>
  report.steps.map(({ id, status }) => `${id} ${status}`)

/** For a command: waits until the log has the end of step `bad`. The log holds this text, too. */
const UNTIL_BAD_ENDED =
  "until grep -hs 'step[.]finished' .git/hotwash/*/log/* | grep -q 'b[a]d'; do sleep 0.02; done"

/** How many were at work at once, by the log. */
function mostAtOnce(ids: readonly string[]): number {
  let now = 0
  let most = 0
  for (const line of story(lab)) {
    const [type, step = ''] = line.split(' ')
    if (!ids.includes(step)) continue
    if (type === 'step.started') now += 1
    if (type === 'step.finished') now -= 1
    most = Math.max(most, now)
  }
  return most
}

describe('parallel', () => {
  it('runs steps at the same time: each waits for what the other does', async () => {
    const meet = (mine: string, other: string): string =>
      `{id: ${mine}, run: "touch ${mine}; until [ -e ${other} ]; do sleep 0.02; done", timeout: 90s, idempotent: true}`
    await open(`steps:
  - id: both
    parallel: {steps: [${meet('a', 'b')}, ${meet('b', 'a')}]}
  - {id: after, run: ['test', "\${{ steps.both.outputs.succeeded }}", "=", "2"], effect: read}
`)
    const report = await run()
    expect(report.status).toBe('succeeded')
    expect(of(report, 'both')?.outputs).toEqual({ succeeded: 2, failed: 0, skipped: 0 })
    expect(of(report, 'a')?.within).toBe('both')
  })

  it('keeps to its limit, and starts the next one as soon as there is room', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e']
    const steps = ids.map((id) => `{id: ${id}, run: [sleep, "0.05"], effect: read}`)
    await open(`steps:\n  - {id: p, parallel: {limit: 2, steps: [${steps.join(', ')}]}}\n`)
    expect((await run()).status).toBe('succeeded')
    expect(mostAtOnce(ids)).toBe(2)
  })

  it('lets the others end when one fails, starts no more, and undoes what was begun', async () => {
    await open(`steps:
  - id: p
    on_failure: rollback
    parallel:
      limit: 2
      steps:
        - {id: slow, run: "${UNTIL_BAD_ENDED}; echo slow >> log", rollback: {run: echo undo_slow >> log}}
        - {id: bad, run: "exit 3", rollback: {run: echo undo_bad >> log}}
        - {id: never, run: echo never >> log, rollback: {run: echo undo_never >> log}}
`)
    const report = await run()
    expect(report.status).toBe('rolled_back')
    expect(text('log')).toBe('slow\nundo_bad\nundo_slow\n')
    expect(statuses(report)).toEqual([
      'p failed',
      'slow rolled_back',
      'bad rolled_back',
      'never pending',
    ])
    expect(of(report, 'p')?.reason).toBe(
      'step bad failed: expected "exit_code == 0" (exit_code = 3)',
    )
  })

  it('goes on after a step that may fail, and counts it', async () => {
    await open(`steps:
  - id: p
    parallel:
      steps:
        - {id: bad, run: [sh, -c, "exit 1"], effect: read, on_failure: continue}
        - {id: good, run: [echo, x], effect: read}
        - {id: not_here, when: "false", run: [echo, x], effect: read}
`)
    const report = await run()
    expect(report.status).toBe('succeeded')
    expect(of(report, 'p')?.outputs).toEqual({ succeeded: 1, failed: 1, skipped: 1 })
  })

  it('may demand more of the counts, and look whether all of it helped', async () => {
    await open(`steps:
  - id: p
    parallel: {steps: [{id: bad, run: [sh, -c, "exit 1"], effect: read, on_failure: continue}]}
    expect: failed == 0
    on_failure: continue
  - id: q
    parallel: {steps: [{id: good, run: [echo, x], effect: read}]}
    verify: {run: [test, -e, missing]}
`)
    const report = await run()
    expect(of(report, 'p')).toMatchObject({ status: 'failed', outputs: { failed: 1 } })
    expect(of(report, 'q')?.reason).toContain('verify: ')
  })

  it('tries a step again by itself while the others work', async () => {
    await open(`steps:
  - id: p
    parallel:
      steps:
        - {id: flaky, run: "echo x >> tries; [ $(wc -l < tries) -ge 3 ]", idempotent: true, retry: {limit: 5, interval: 10ms}}
        - {id: other, run: [sleep, "0.05"], effect: read}
`)
    const report = await run()
    expect(report.status).toBe('succeeded')
    expect(of(report, 'flaky')?.attempts).toBe(3)
  })

  it('asks about a failed step once the others have ended, and goes on with the rest', async () => {
    await open(
      `steps:
  - id: p
    parallel:
      limit: 2
      steps:
        - {id: bad, run: [test, -e, mended], effect: read}
        - {id: slow, run: "${UNTIL_BAD_ENDED}", effect: read}
        - {id: last, run: [echo, x], effect: read}
`,
      {
        script: (question) => {
          if (question.type !== 'failure') return { do: 'run' }
          expect(story(lab)).toContain('step.finished slow')
          expect(story(lab)).not.toContain('step.started last')
          lab.write('mended', '')
          return { do: 'retry' }
        },
      },
    )
    const report = await runRunbook(lab.world, { runbook: 'book.yaml' })
    expect(report.status).toBe('succeeded')
    expect(lab.asked.map(({ type }) => type)).toEqual(['step', 'failure'])
  })

  it('ends all that is at work on a signal, and can be resumed', async () => {
    await open(`steps:
  - id: p
    parallel:
      steps:
        - {id: a, run: [sleep, "30"], effect: read}
        - {id: b, run: [sleep, "30"], effect: read}
`)
    const running = run()
    const watch = setInterval(() => {
      const started = lab.incident() === 'none' ? [] : story(lab)
      if (started.includes('step.started b')) lab.send('SIGTERM')
    }, 20)
    const report = await running
    clearInterval(watch)
    expect(report.exit_code).toBe(143)
    expect(statuses(report)).toEqual(['p running', 'a failed', 'b failed'])
  })

  it('asks once for all that it destroys, and a person types what that is', async () => {
    await open(
      `steps:
  - id: p
    confirm: Really remove both?
    parallel:
      steps:
        - {id: a, effect: destroy, run: echo a >> log, cwd: .}
        - {id: b, effect: destroy, run: echo b >> log}
`,
      { script: (question) => (question.type === 'step' ? { do: 'run' } : undefined) },
    )
    const report = await runRunbook(lab.world, { runbook: 'book.yaml' })
    expect(report.status).toBe('succeeded')
    expect(lab.asked).toMatchObject([
      { type: 'step', confirm: 'Really remove both?', typeToConfirm: lab.dir },
    ])
    const [asked] = lab.asked
    expect(asked && 'card' in asked ? asked.card.preview : '').toMatch(
      /a \(DESTROYS\): .*\n.*echo a >> log\nb \(DESTROYS\): /,
    )
    expect(text('log').length).toBe(4)
  })

  it('shows a person all that its steps would do, and what would undo it, before it begins', async () => {
    await open(
      `steps:
  - id: p
    parallel:
      steps:
        - {id: a, run: [touch, one], rollback: {run: [rm, one]}}
        - {id: b, http: {url: "http://127.0.0.1:1/"}, effect: read}
`,
      { script: () => ({ do: 'quit' }) },
    )
    await runRunbook(lab.world, { runbook: 'book.yaml' })
    expect(lab.asked).toMatchObject([
      {
        card: {
          target: '',
          preview: [
            'runs 2 steps, at most 4 at a time: a, b',
            'a (CHANGES): touch one',
            '    undo: rm one',
            'b (reads): GET http://127.0.0.1:1/',
          ].join('\n'),
        },
      },
    ])
  })
})

describe('foreach', () => {
  it('is confirmed with all that its steps would do, as far as it is known before the first round', async () => {
    await open(
      `steps:
  - id: each
    confirm: Really?
    foreach:
      in: '["web1", "web2"]'
      as: host
      steps: [{id: drop, effect: destroy, run: [rm, -f, "cache-\${{ host }}"], rollback: {run: [touch, "cache-\${{ host }}"]}}]
`,
      { script: () => ({ do: 'quit' }) },
    )
    await run({ yes: false })
    const [asked] = lab.asked
    expect(asked && 'card' in asked ? asked.card.preview.split('\n') : []).toEqual([
      'runs drop for each host in ["web1", "web2"]',
      'drop (DESTROYS): run ["rm","-f","cache-${{ host }}"]',
      '    undo: run ["touch","cache-${{ host }}"]',
    ])
  })

  it('says on every card, and in show, which item the round is about', async () => {
    await open(
      `steps:
  - id: each
    foreach: {in: '["web1", "web2"]', as: host, steps: [{id: mend, run: echo "$H" >> log, env: {H: "\${{ host }}"}}]}
`,
      { script: () => ({ do: 'run' }) },
    )
    const report = await runRunbook(lab.world, { runbook: 'book.yaml' })
    expect(of(report, 'each')?.items).toEqual(['web1', 'web2'])
    const rounds = lab.asked.map((one) => ('card' in one ? one.card.round : ''))
    expect(rounds).toEqual([undefined, 'round 1 of 2: web1', 'round 2 of 2: web2'])
    const started = lab.shown.flatMap((one) => (one.type === 'started' ? updateLines(one) : []))
    expect(started).toContainEqual(
      expect.stringMatching(/^step 3 of 3 mend\.2: round 2 of 2: web2 \(CHANGES, /),
    )
    const lines = showLines(showIncident(recordWorldOf(lab.world), undefined), Date.now())
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {4}mend\.2 +succeeded +round 2 of 2: web2, /),
    )
  })

  const EACH = `steps:
  - id: find
    run: [echo, web1 web2 web3]
    effect: read
    outputs: {hosts: 'stdout.trim().split(" ")'}
  - id: each
    foreach:
      in: steps.find.outputs.hosts
      as: host
      steps:
        - id: drain
          run: echo "drain $HOST" >> log; echo "$HOST"
          env: {HOST: "\${{ host }}"}
          rollback: {run: 'echo "undrain $HOST" >> log', env: {HOST: "\${{ host }}"}}
          outputs: {name: stdout.trim()}
        - id: restart
          when: host != "web2"
          run: echo "restart $HOST" >> log
          env: {HOST: "\${{ steps.drain.outputs.name }}"}
          rollback: {run: 'echo "unrestart $HOST" >> log', env: {HOST: "\${{ steps.drain.outputs.name }}"}}
`

  it('does the same for each item, with names for each round, and undoes it with the items', async () => {
    await open(EACH)
    const report = await run()
    expect(report.status).toBe('succeeded')
    const done = 'drain web1\nrestart web1\ndrain web2\ndrain web3\nrestart web3\n'
    expect(text('log')).toBe(done)
    expect(of(report, 'each')?.outputs).toEqual({ succeeded: 5, failed: 0, skipped: 1 })
    expect(report.steps.map(({ id }) => id)).toEqual([
      'find',
      'each',
      'drain.1',
      'restart.1',
      'drain.2',
      'restart.2',
      'drain.3',
      'restart.3',
    ])
    const back = await rollBack(lab.world, { to: 'restart.1' })
    expect(text('log').slice(done.length)).toBe(
      'unrestart web3\nundrain web3\nundrain web2\nunrestart web1\n',
    )
    expect(back.exit_code).toBe(0)
    await rollBack(lab.world, {})
    expect(text('log')).toMatch(/undrain web1\n$/)
  })

  it('may be undone as a whole by its own name', async () => {
    await open(`steps:
  - {id: first, run: echo first >> log, rollback: {run: echo undo_first >> log}}
  - id: each
    foreach: {in: '[1, 2]', as: n, steps: [{id: m, run: "true", rollback: {run: 'echo undo $N >> log', env: {N: "\${{ n }}"}}}]}
`)
    await run()
    const report = await rollBack(lab.world, { to: 'each' })
    expect(text('log')).toBe('first\nundo 2\nundo 1\n')
    expect(report).toMatchObject({ status: 'stopped', exit_code: 0 })
  })

  it('of nothing succeeds, with counts of 0', async () => {
    await open(`steps:
  - {id: each, foreach: {in: '[]', as: n, steps: [{id: m, run: [echo, "\${{ n }}"], effect: read}]}}
  - {id: after, run: [echo, x], effect: read}
`)
    const report = await run()
    expect(report.status).toBe('succeeded')
    expect(of(report, 'each')?.outputs).toEqual({ succeeded: 0, failed: 0, skipped: 0 })
    expect(of(report, 'each')?.notes).toEqual(['there are no items: nothing was run'])
  })

  it.each([
    ['is no list', 'dyn(inputs.n)', 'in: "dyn(inputs.n)" is "5", where a list is needed'],
    ['is too long', 'steps.many.outputs.list', 'in: 1200 items; at most 1000 are accepted'],
    [
      'is too large',
      '[steps.large.outputs.text, steps.large.outputs.text]',
      'in: 80007 bytes of items; at most 65536 are kept',
    ],
    [
      'holds a secret',
      '["Zx81kq9LmPq2" + "TTv0"]',
      'in: an item holds the secret TOKEN; items are recorded',
    ],
    ['is not there', 'steps.many.outputs.list[2000]', 'in: '],
  ])('fails clearly where the list %s', async (_, list, message) => {
    await open(
      `inputs: {n: {type: string, default: "5"}}
secrets: {TOKEN: {env: TOKEN}}
steps:
  - {id: many, run: [seq, "1200"], effect: read, outputs: {list: 'stdout.trim().split("\\n")'}}
  - {id: large, run: 'printf "%040000d" 1', effect: read, outputs: {text: stdout}}
  - {id: each, foreach: {in: '${list}', as: item, steps: [{id: m, run: [echo, x], effect: read}]}}
`,
      { env: { TOKEN: 'Zx81kq9LmPq2TTv0' } },
    )
    const report = await run()
    expect(of(report, 'each')?.status).toBe('failed')
    expect(of(report, 'each')?.reason?.startsWith(message)).toBe(true)
    expect(story(lab)).not.toContain('step.started each')
  })

  it('goes on with the other items after a step that may fail, else stops there', async () => {
    const each = (more: string): string => `steps:
  - id: each
    foreach:
      in: '["a", "b", "c"]'
      as: x
      steps:
        - {id: m, run: [test, "\${{ x }}", "!=", b], effect: read${more}}
`
    await open(each(', on_failure: continue'))
    const going = await run()
    expect(going.status).toBe('succeeded')
    expect(of(going, 'each')?.outputs).toEqual({ succeeded: 2, failed: 1, skipped: 0 })
    lab.write('book.yaml', `hotwash: 1\nname: Stop\n${each('')}`)
    const stopped = await run({ fresh: true })
    expect(stopped.status).toBe('failed')
    expect(statuses(stopped)).toEqual(['each failed', 'm.1 succeeded', 'm.2 failed', 'm.3 pending'])
  })

  it('that failed as a whole goes on where it failed, with the items of its first begin', async () => {
    const script: LabOptions['script'] = (question) => {
      if (question.type !== 'failure') return { do: 'run' }
      expect(question.card.id).toBe('each')
      lab.write('items', 'd e f')
      lab.write('mended', '')
      return { do: 'retry' }
    }
    await open(
      `steps:
  - {id: find, run: [cat, items], effect: read, outputs: {list: 'stdout.split(" ")'}}
  - id: each
    foreach:
      in: steps.find.outputs.list
      as: x
      steps:
        - {id: m, run: 'echo $X >> log; [ $X != b ] || [ -e mended ]', env: {X: "\${{ x }}"}, on_failure: stop}
`,
      { script },
    )
    lab.write('items', 'a b c')
    const report = await runRunbook(lab.world, { runbook: 'book.yaml' })
    expect(report.status).toBe('succeeded')
    expect(text('log')).toBe('a\nb\nb\nc\n')
    expect(of(report, 'each')).toMatchObject({ attempts: 2, outputs: { succeeded: 3, failed: 0 } })
    const back = await rollBack(lab.world, {})
    expect(back.exit_code).toBe(0)
  })

  it('takes answers for single rounds', async () => {
    await open(`steps:
  - id: each
    foreach: {in: '["a", "b"]', as: x, steps: [{id: ask_it, ask: {values: {name: {type: string}}}}]}
`)
    lab.write('answers.yaml', 'ask_it.1: {values: {name: one}}\nask_it.2: {values: {name: two}}\n')
    const report = await run({ answers: 'answers.yaml' })
    expect(of(report, 'ask_it.2')?.outputs).toEqual({ name: 'two' })
  })

  it('is answered round by round from another terminal', async () => {
    await open(`steps:
  - id: each
    foreach: {in: '["a", "b"]', as: x, steps: [{id: ask_it, ask: {values: {name: {type: string}}}}]}
`)
    expect(await run()).toMatchObject({ status: 'waiting', exit_code: 5 })
    const answered = await answerStep(lab.world, { step: 'ask_it.1', values: { name: 'one' } })
    expect(answered.exit_code).toBe(0)
    const report = await resumeRun(lab.world, {})
    expect(report.next).toBe(`hotwash answer ${lab.incident()} ask_it.2 --value name=…`)
    expect(of(report, 'ask_it.1')).toMatchObject({ status: 'succeeded', outputs: { name: 'one' } })
  })

  it('nests, in itself and in parallel', async () => {
    await open(`steps:
  - id: p
    parallel:
      steps:
        - id: outer
          foreach:
            in: '["a", "b"]'
            as: x
            steps:
              - id: inner
                foreach:
                  in: '[1, 2]'
                  as: n
                  steps:
                    - {id: m, run: [echo, "\${{ x }}\${{ n }}"], effect: read, outputs: {said: stdout.trim()}}
                    - {id: k, run: [echo, "\${{ steps.m.outputs.said }}"], effect: read, outputs: {said: stdout.trim()}}
        - {id: beside, run: [echo, x], effect: read}
`)
    const report = await run()
    expect(report.status).toBe('succeeded')
    expect(of(report, 'k.2.1')?.outputs).toEqual({ said: 'b1' })
    expect(of(report, 'k.2.1')?.within).toBe('inner.2')
    expect(of(report, 'p')?.outputs).toEqual({ succeeded: 2, failed: 0, skipped: 0 })
  })

  it('is planned as far as its list is known', async () => {
    await open(`steps:
  - {id: change, run: [echo, x], outputs: {list: '[stdout]'}}
  - {id: known, foreach: {in: '["a", "b"]', as: x, steps: [{id: m, run: [echo, "\${{ x }}"], effect: read}]}}
  - {id: late, foreach: {in: steps.change.outputs.list, as: x, steps: [{id: k, run: [echo, "\${{ x }}"]}]}}
`)
    const report = await run({ plan: true })
    expect(report.exit_code).toBe(0)
    const planned = lab.shown.flatMap((update) =>
      update.type === 'planned' ? [`${update.card.id}: ${update.ran}: ${update.result}`] : [],
    )
    expect(planned).toEqual([
      'change: not_run: would run',
      'known: not_run: would run the steps below, for: "a", "b"',
      'm.1: read: succeeded',
      'm.2: read: succeeded',
      'late: not_run: not known in a plan: how often it runs depends on step change, which a plan does not run',
    ])
  })
})

it('takes part of a group: --from and --until name what is in it', async () => {
  await open(`steps:
  - {id: first, run: echo first >> log}
  - id: each
    foreach: {in: '[1, 2]', as: n, steps: [{id: a, run: echo a >> log}, {id: b, run: echo b >> log}]}
  - {id: last, run: echo last >> log}
`)
  const report = await run({ from: 'b', until: 'each' })
  expect(text('log')).toBe('b\nb\n')
  expect(report.status).toBe('succeeded')
  const journal = recordWorldOf(lab.world).store.open(lab.incident())
  expect(journal.state().runs[0]?.steps.get('a.2')?.reason).toBe('before --from b')
})
