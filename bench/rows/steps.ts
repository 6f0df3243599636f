/** Cost of a step: against its floor in C, against make, and how it grows. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HOTWASH, compile, has, repository, run, yard } from '../machine.ts'
import { median, pair } from '../pair.ts'
import { measured, type Row } from '../row.ts'

const EVENT_BYTES = 700

function runbook(steps: number): string {
  const path = join(yard, `steps-${steps}.yaml`)
  const list = Array.from(
    { length: steps },
    (_, n) => `  - {id: s${n}, effect: read, run: ['true']}\n`,
  )
  writeFileSync(path, `hotwash: 1\nname: Trivial\nsteps:\n${list.join('')}`)
  return path
}

const runSteps = (folder: string, path: string): string =>
  run([process.execPath, HOTWASH, 'run', path, '--new', '--yes'], folder)

/** Milliseconds from each step.started to the next, out of the log itself: start-up and git are not in it. */
function stepTimes(folder: string): number[] {
  const journals = join(folder, '.git', 'hotwash')
  // Besides journals, which begin with a day, there is the catalog.
  const [newest = ''] = readdirSync(journals)
    .filter((name) => /^\d/.test(name))
    .toSorted()
    .toReversed()
  const logs = join(journals, newest, 'log')
  const [log = ''] = readdirSync(logs)
  const starts = readFileSync(join(logs, log), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; mono_ms: number })
    .filter(({ type }) => type === 'step.started' || type === 'run.finished')
    .map(({ mono_ms }) => mono_ms)
  return starts.slice(1).map((at, n) => at - (starts[n] ?? at))
}

/** Ours is the median step 200 times, so that commits in the background are not in it. */
const AT_STEP = 'a durable step (intent, spawn of true, result), median'

export async function steps(): Promise<Row[]> {
  const rows: Row[] = []
  const folder = repository('steps')
  const two = runbook(200)

  const floor = compile('step')
  rows.push(
    measured(AT_STEP, 'C: posix_spawn + 2 fdatasync', '<= 3.5').as(
      floor === undefined
        ? { notMeasured: 'no C compiler' }
        : await pair(
            5,
            () => {
              runSteps(folder, two)
              return median(stepTimes(folder)) * 200
            },
            () => run([floor, join(yard, 'floor.log'), '200', String(EVENT_BYTES)]),
          ),
    ),
  )

  const makefile = join(yard, 'Makefile')
  const targets = Array.from({ length: 200 }, (_, n) => `t${n}`)
  writeFileSync(
    makefile,
    `all: ${targets.join(' ')}\n${targets.map((t) => `${t}:\n\t@true --${t}`).join('\n')}\n.PHONY: all ${targets.join(' ')}\n`,
  )
  rows.push(
    measured('a run of 200 trivial steps, start to end', 'make, 200 targets', '<= 2').as(
      has('make')
        ? await pair(
            5,
            () => runSteps(folder, two),
            () => run(['make', '-s', '-f', makefile]),
          )
        : { notMeasured: 'no make' },
    ),
    measured('a run of 200 trivial steps, per task', 'ansible', '<= 1/50').as({
      notMeasured: has('ansible-playbook') ? 'no playbook for it yet' : 'no ansible',
    }),
  )

  runSteps(repository('growth'), runbook(1_010))
  const times = stepTimes(join(yard, 'growth'))
  const around = (step: number) => median(times.slice(step - 10, step + 10))
  const [ten, hundred, thousand] = [around(10), around(100), around(1_000)]
  rows.push(
    measured('growth: step 10, 100, 1,000', 'step 10', '<= 1.2').as({
      growth: `${ten.toFixed(1)}, ${hundred.toFixed(1)}, ${thousand.toFixed(1)} ms: ${(thousand / ten).toFixed(2)}`,
    }),
  )
  return rows
}
