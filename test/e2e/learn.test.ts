/** Learning across incidents as a user does: stats, similar, search, and what is said at declare. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshPlace, hotwash, json, type Place } from '../hotwash.ts'

const RUNBOOK = `hotwash: 1
name: The pool is exhausted
owner: team-example
severity: SEV2
steps:
  - {id: restart, run: ["true"]}
`

describe('in a repository with incidents', () => {
  let place: Place
  let first: string

  beforeAll(() => {
    place = freshPlace({ files: { 'runbooks/pool.yaml': RUNBOOK } })
    const ran = hotwash(place, ['run', 'pool', '--yes', '--json'])
    first = json<{ incident: string; similar: unknown[] }>(ran).incident
    expect(json<{ similar: unknown[] }>(ran).similar).toEqual([])
    hotwash(place, ['resolve'])
    for (const title of ['Mail is late', 'Certificate expired']) {
      hotwash(place, ['declare', title, '--severity', 'SEV3'])
      hotwash(place, ['resolve'])
    }
  })

  afterAll(() => expect(existsSync(join(place.dir, '.git', 'hotwash', 'catalog'))).toBe(true))

  it('who declares an incident is told of the one before, why, and what ended it', () => {
    const told = hotwash(place, ['declare', 'connection pool exhausted', '--severity', 'SEV2'])
    expect(told.code).toBe(0)
    expect(told.stderr).toContain(first)
    expect(told.stderr).toMatch(/ {2}alike \d\.\d\d of 1$/m)
    expect(told.stderr).toMatch(/alike: {2}pool, exhausted|alike: {2}exhausted, pool/)
    expect(told.stderr).toContain('hotwash run runbooks/pool.yaml (restart)')
    expect(told.stdout).not.toContain(first)
    hotwash(place, ['resolve'])
  })

  it('who runs the runbook again is told, too, on stderr and in JSON', () => {
    const ran = hotwash(place, ['run', 'pool', '--yes', '--json'])
    expect(ran.stderr).toContain('seen before')
    const [similar] = json<{ similar: { why: { same: unknown[] } }[] }>(ran).similar
    expect(similar?.why.same).toEqual([{ kind: 'runbook', value: 'runbooks/pool.yaml' }])
  })

  it('stats are text, a picture in a file, or data', () => {
    const text = hotwash(place, ['stats'])
    expect(text.stdout).toContain('5 incidents declared')
    expect(Math.max(...text.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    const svg = hotwash(place, ['stats', '--format', 'svg', '--output', 'times.svg'])
    expect(svg.stdout).toContain('times.svg')
    expect(readFileSync(join(place.dir, 'times.svg'), 'utf8')).toMatch(/^<svg /)
    expect(hotwash(place, ['stats', '-o', '-']).stdout).toBe(text.stdout)
    const data = hotwash(place, ['stats', '--severity', 'sev2', '--json'])
    expect(json(data)).toMatchObject({ ok: true, incidents: 3, of: 5, percentiles: 'nearest rank' })
  })

  it('search marks the words with quotes where there is no terminal', () => {
    const found = hotwash(place, ['search', 'certificate'])
    expect(found.stdout).toContain('title e1: «Certificate» expired')
    expect(json<{ matches: number }>(hotwash(place, ['search', 'zork', '--json'])).matches).toBe(0)
  })

  it.each([
    [['stats', '--since', 'soon'], 'not a day'],
    [['stats', '--severity', 'SEV9'], 'there is no such severity'],
    [['stats', '--format', 'png'], '--format png: not one of text, svg, json'],
    [['stats', '--output', 'times.svg/x'], 'cannot be written'],
    [['similar', '-n', '0'], '--most 0: not a whole number, 1 or greater'],
    [['similar', 'of the'], 'no word to go by'],
    [['search', '   '], 'no word to look for'],
    [['search', 'x', '--in', 'attic'], '--in attic: not one of title'],
  ])('%j is refused with a reason', (argv, why) => {
    const ended = hotwash(place, argv)
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain(why)
  })
})

it.each([[['stats']], [['similar']], [['search', 'x']]])(
  '%j without any incident is a sentence, and no failure',
  (argv) => {
    const ended = hotwash(freshPlace(), argv)
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.stdout).toContain('no incidents here yet')
  },
)
