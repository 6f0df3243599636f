/** The guided screen in a real terminal (tmux), by keys, as a person who has never seen it would. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { freshPlace, hotwash, json, type Place } from '../hotwash.ts'
import { describeInTerminal, endServer, openIn, tmux, type Terminal } from '../terminal.ts'
import { until } from '../until.ts'

const RUNBOOK = `hotwash: 1
name: Point the service at the migrated database
owner: team-example
severity: SEV2
inputs:
  target: {type: string, default: old}
steps:
  - id: look
    effect: read
    run: [cat, state]
  - id: switch
    name: Switch the service over, which takes a moment and is the step that really changes something for users
    run: [sh, -c, 'echo "$TARGET" > state; printf "done\\\\a\\\\n"', a-rather-long-argument-that-makes-the-line-wrap-on-narrow-terminals, and-another-one]
    env: {TARGET: "\${{ inputs.target }}"}
    rollback: {run: [sh, -c, "echo before > state"]}
  - id: slow
    run: [sh, -c, "printf 'line %d\\\\n' 1 2; until [ -e go ]; do sleep 0.05; done"]
    rollback: {run: [touch, undone-slow]}
  - id: drop
    effect: destroy
    run: [touch, dropped]
    rollback: {run: [rm, dropped]}
`

const places: Place[] = []
function open(
  columns: number,
  args: string,
  env: Record<string, string> = {},
): Terminal & { place: Place } {
  const place = freshPlace({ files: { 'runbooks/switch.yaml': RUNBOOK, state: 'before\n' } })
  places.push(place)
  return { ...openIn(place, columns, args, env), place }
}

afterEach(() => {
  endServer()
  for (const { dir } of places.splice(0)) rmSync(join(dir, '..'), { recursive: true, force: true })
})

const last = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''
/** The step `slow` ends. */
const letGo = (place: Place): void => writeFileSync(join(place.dir, 'go'), '')
const state = (place: Place): string => readFileSync(join(place.dir, 'state'), 'utf8').trim()

describeInTerminal.each([80, 200])('the guided screen at %i columns', (columns) => {
  it('leads through a run: run, edit an input, note, skip, typed confirmation', async () => {
    const { place, shows, keys, text } = open(columns, 'run switch')
    const first = await shows('step 1 of 4: look')
    await shows('[q] quit (pauses)')
    expect(first).toMatch(/reads, changes nothing/)
    expect(first).toMatch(/nothing to undo/)
    expect(first).toMatch(/SEV2/)
    keys('Enter')

    await shows('step 2 of 4: switch')
    await shows(/CHANGES[\s\S]*\[q] quit/)
    keys('e')
    await shows('Which input?')
    keys('Enter')
    await shows('New value of target')
    keys('C-u', 'new', 'Enter')
    await shows(/new[\s\S]*\[r] run/)
    keys('n')
    await shows('Note for the timeline')
    keys('trying the new one', 'Enter')
    await shows(/trying the new one[\s\S]*\[r] run/)
    keys('r')
    await shows('step switch: SUCCEEDED')
    expect(state(place)).toBe('new')
    expect(text()).toContain('\\u{0007}')

    await shows(/step 3 of 4: slow[\s\S]*\[r] run/)
    keys('s')
    await shows('Why is it skipped?')
    keys('not needed', 'Enter')

    await shows(/step 4 of 4: drop[\s\S]*DESTROYS[\s\S]*\[r] run {2}/)
    keys('Enter')
    await shows('press one of the letters')
    expect(existsSync(join(place.dir, 'dropped'))).toBe(false)
    keys('r')
    await shows('This destroys. Type')
    keys('yes', 'Enter')
    await shows('nothing was run')
    expect(existsSync(join(place.dir, 'dropped'))).toBe(false)
    keys('r')
    await shows(/nothing was run[\s\S]*This destroys. Type/)
    const target = /Type (\S+) to go on/.exec(text().replaceAll('\n', ' '))?.[1] ?? ''
    keys(target, 'Enter')
    const end = await shows('exit=0')
    expect(end).toMatch(/SUCCEEDED\s+4 steps: 3 succeeded, 1 skipped/)
    expect(end).toMatch(/next: hotwash resolve \S+\nexit=0/)
    for (const line of end.split('\n')) expect(line.length).toBeLessThanOrEqual(columns * 2)
    const shown = json<{ timeline: { text: string }[] }>(hotwash(place, ['show', '--json']))
    expect(shown.timeline.map((row) => row.text).join('\n')).toContain('trying the new one')
  })
})

describeInTerminal('the guided screen', () => {
  const columns = 80

  it('asks on ^C in a step, goes on when told so, and throws away what is typed meanwhile', async () => {
    const { place, shows, keys, text } = open(columns, 'run switch')
    await shows(/look[\s\S]*\[r] run/)
    keys('Enter')
    await shows(/step 2 of 4[\s\S]*\[r] run/)
    keys('r')
    await shows(/step 3 of 4[\s\S]*\[r] run/)
    keys('r')
    await shows('RUNNING slow')
    await shows('line 2')
    // Enter and letters while it works must not answer the next question.
    keys('Enter', 'r', 'q')
    keys('C-c')
    const asked = await shows('[k] kill')
    expect(asked).toMatch(/\^C: step slow has been running/)
    keys('c')
    await shows('RUNNING slow')
    letGo(place)
    await shows('step slow: SUCCEEDED')
    await shows(/step 4 of 4[\s\S]*\[r] run/)
    await sleep(300)
    expect(text()).not.toMatch(/exit=\d/)
    expect(text().match(/RUNNING slow/g) ?? []).toHaveLength(0)
  })

  it('ends the step and pauses on a second ^C; resume tells what is unknown or failed', async () => {
    const { place, shows, keys } = open(columns, 'run switch --from slow')
    await shows(/step 3 of 4[\s\S]*\[r] run/)
    keys('r')
    await shows('line 2')
    keys('C-c')
    await shows('[k] kill')
    keys('C-c')
    const end = await shows('exit=130')
    expect(end).toMatch(/next: hotwash \w+ \S+\nexit=130/)
    keys('stty -a | grep -o -- "-\\?icanon"', 'Enter')
    await shows(/^icanon/m)
    expect(last(hotwash(place, ['status']).stdout)).toMatch(/^next: hotwash/)
  })

  it('pauses on q, prints the command that resumes, and goes on there', async () => {
    const first = open(columns, 'run switch')
    const { place } = first
    await first.shows(/step 1 of 4[\s\S]*\[r] run/)
    first.keys('r')
    await first.shows(/step 2 of 4[\s\S]*\[r] run/)
    tmux('set-buffer', '-b', 'chat', 'restarted it\nquite slow\n')
    tmux('paste-buffer', '-p', '-b', 'chat')
    await first.shows('what was pasted was not taken')
    first.keys('q')
    const end = await first.shows('exit=5')
    const command = /next: hotwash (resume \S+)\nexit=5/.exec(end)?.[1] ?? ''
    expect(command).not.toBe('')

    const second = openIn(place, columns, command)
    const again = await second.shows(/step 2 of 4: switch[\s\S]*\[r] run/)
    expect(again).not.toContain('step 1 of 4')
    second.keys('b')
    await second.shows('Why is it rolled back?')
    second.keys('changed my mind', 'Enter')
    await second.shows(/exit=\d/)
    expect(json(hotwash(place, ['show', '--json']))).toMatchObject({
      runs: [{ status: expect.stringMatching(/rolled_back|stopped/) }],
    })
  })

  it('shows no step as at work once the journal is lost', async () => {
    const steps = "steps: [{id: lose, run: [sh, -c, 'rm .git/hotwash/*/log/*']}]"
    const files = { 'lose.yaml': `hotwash: 1\nname: Lose the log\n${steps}\n` }
    const place = freshPlace({ files })
    places.push(place)
    const { shows, keys } = openIn(place, columns, 'run lose.yaml')
    await shows('[r] run')
    keys('r')
    const end = await shows('exit=8')
    expect(end).toContain('is gone while hotwash was writing it')
    expect(end).not.toContain('RUNNING')
  })

  it('pauses when the terminal is closed at a question', async () => {
    const { place, shows } = open(columns, 'run switch --from slow')
    await shows(/step 3 of 4[\s\S]*\[r] run/)
    tmux('kill-server')
    const run = () =>
      json<{ run?: { status: string; reason?: string } }>(hotwash(place, ['status', '--json'])).run
    await until(() => run()?.status !== 'running', 'hotwash has ended')
    expect(run()).toMatchObject({ status: 'paused', reason: 'the terminal was closed' })
  })

  it('pauses when the terminal is closed in a step, and nothing is lost', async () => {
    const { place, shows, keys } = open(columns, 'run switch --from slow')
    await shows(/step 3 of 4[\s\S]*\[r] run/)
    keys('r')
    await shows('line 2')
    tmux('kill-server')
    letGo(place)
    const status = () =>
      json<{ run?: { status: string } }>(hotwash(place, ['status', '--json'])).run?.status
    await until(() => status() === 'paused', 'it has paused')
    const shown = json<{ runs: { status: string; steps: { id: string; status: string }[] }[] }>(
      hotwash(place, ['show', '--json']),
    )
    expect(shown.runs[0]).toMatchObject({ status: 'paused' })
    expect(shown.runs[0]?.steps.find(({ id }) => id === 'slow')).toMatchObject({
      status: 'succeeded',
    })
    expect(last(hotwash(place, ['status']).stdout)).toMatch(/^next: hotwash resume /)
  })
})

describeInTerminal('without a capable terminal', () => {
  it.each([{ TERM: 'dumb' }, { CI: '1' }])(
    'moves no cursor and asks nothing under %o',
    async (env) => {
      const { place, shows } = open(80, 'run switch', env)
      letGo(place)
      const end = await shows(/exit=\d/)
      expect(end).not.toContain('[r] run')
      expect(end).toContain('exit=5')
    },
  )

  it('is plain when it is told so', async () => {
    const { place, shows } = open(80, 'run switch --plain --yes')
    letGo(place)
    const end = await shows('exit=0')
    expect(end).toContain('step slow: SUCCEEDED')
    expect(end).not.toContain('RUNNING slow')
  })

  it('uses no color where NO_COLOR is set', async () => {
    const { shows } = open(80, 'run switch', { NO_COLOR: '1' })
    await shows(/\[q] quit/)
    const raw = tmux('capture-pane', '-p', '-e')
    expect(raw).not.toContain('\u001B[3')
  })
})
