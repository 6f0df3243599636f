/** Steps that are given the terminal, and steps that are killed from it. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { freshPlace, hotwash, json, type Place } from '../hotwash.ts'
import { eventsOf } from '../journal-on-disk.ts'
import { isRunning } from '../running.ts'
import { describeInTerminal, endServer, openIn } from '../terminal.ts'
import { until } from '../until.ts'

let place: Place
afterEach(() => {
  endServer()
  rmSync(join(place.dir, '..'), { recursive: true, force: true })
})

const open = (steps: string, args = 'run r.yaml') => {
  const files = { 'r.yaml': `hotwash: 1\nname: Terminal\nowner: team-example\nsteps:\n${steps}` }
  place = freshPlace({ files })
  return openIn(place, 100, args)
}

type Shown = {
  runs: { steps: { id: string; status: string; reason?: string; evidence: string[] }[] }[]
}
const stepOf = (id: string) =>
  json<Shown>(hotwash(place, ['show', '--json'])).runs[0]?.steps.find((step) => step.id === id)

const ASKS = `  - {id: asks, tty: true, run: [bash, -c, 'read -r -p "Your name? " name; echo "hello $name"; echo "$name" > name']}
  - {id: then, run: [sh, -c, 'echo after > after']}
`

/** At the start of a line: the screen shows the same words in the step's command, before the step has the terminal. */
const PROMPT = /^Your name\?/m

/** The pid of every process the step started, as each wrote it down. */
const pids = (): string[] => readFileSync(join(place.dir, 'pids'), 'utf8').trim().split('\n')

describeInTerminal('a step with tty: true', () => {
  it('talks to the person itself, the screen goes on after it, and the record says that nothing was captured', async () => {
    const { shows, keys } = open(ASKS)
    await shows(/step 1 of 2[\s\S]*\[r] run/)
    keys('r')
    await shows(PROMPT)
    keys('Maria', 'Enter')
    await shows('hello Maria')
    await shows(/step asks: SUCCEEDED[\s\S]*step 2 of 2[\s\S]*\[r] run/)
    keys('r')
    await shows('exit=0')
    expect(readFileSync(join(place.dir, 'name'), 'utf8')).toBe('Maria\n')
    expect(existsSync(join(place.dir, 'after'))).toBe(true)
    expect(stepOf('asks')).toMatchObject({ status: 'succeeded', evidence: [] })
    const log = JSON.stringify(eventsOf(place))
    expect(log).toContain('the terminal was handed over: output was not captured')
    expect(log).not.toContain('hello Maria')
  })

  it('gets the terminal without the screen too', async () => {
    const { shows, keys } = open(ASKS, 'run r.yaml --plain --yes')
    await shows(PROMPT)
    keys('Omar', 'Enter')
    await shows('exit=0')
    expect(readFileSync(join(place.dir, 'name'), 'utf8')).toBe('Omar\n')
  })
})

const NOTE = 'echo $$ >> pids'
/** Deaf to TERM and ^C, with a child in its group and one in a session of its own. */
const STUBBORN = `  - id: stubborn
    run:
      - bash
      - -c
      - |
        trap "" TERM INT HUP
        ${NOTE}
        bash -c '${NOTE}; while :; do sleep 0.2; done' &
        setsid bash -c '${NOTE}; while :; do sleep 0.2; done' &
        while :; do sleep 0.2; done
`

describeInTerminal('[k] kill at ^C', () => {
  it('ends the whole tree at once, also what ignores TERM or left for another session', async () => {
    const { shows, keys } = open(STUBBORN)
    await shows(/step 1 of 1[\s\S]*\[r] run/)
    keys('r')
    await shows('RUNNING stubborn')
    await until(() => existsSync(join(place.dir, 'pids')) && pids().length === 3, 'all work')
    keys('C-c')
    await shows('[k] kill')
    const began = Date.now()
    keys('k')
    await until(() => !pids().some(isRunning), 'all have ended')
    // TERM alone is waited for 5 s before KILL follows.
    expect(Date.now() - began).toBeLessThan(5_000)
    await shows(/step stubborn: FAILED/)
  })
})
