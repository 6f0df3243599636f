/** The picture of an incident: what is drawn, how it is called, and that its size is bounded. */
import { describe, expect, it } from 'vitest'
import {
  modelOf,
  clockJumpsBack,
  crowd,
  drill,
  run,
  step,
  strangeWords,
  threeDays,
} from '../incidents-to-draw.ts'
import { createScale } from '../../../src/postmortem/timeline-svg/scale.ts'
import {
  pictureOf,
  timelineSvg,
  type Picture,
} from '../../../src/postmortem/timeline-svg/picture.ts'
import { fitText, textWidth } from '../../../src/postmortem/timeline-svg/text-width.ts'
import { every } from '../../incident/every-event.ts'
import { makeEvents, type TestDraft } from '../../events.ts'

const picture = (drafts: readonly TestDraft[]): Picture => pictureOf(modelOf(makeEvents(drafts)))
const DECLARED: TestDraft = {
  type: 'incident.declared',
  data: { title: 'Login fails', severity: 'SEV2' },
}
const HOUR = 3_600_000

const whats = ({ rows }: Picture): string[] => rows.map(([, , , what = '']) => what)

describe('the picture', () => {
  it('is one SVG with a title and a description, without a script or a thing to load', () => {
    const { svg } = pictureOf(modelOf(threeDays()))
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="hw-title hw-desc"/)
    expect(svg).toContain(
      '<title id="hw-title">Timeline: Orders are paid twice in one region</title>',
    )
    expect(svg).toContain('prefers-color-scheme: dark')
    expect(svg).toContain('@media print')
    expect(svg).not.toMatch(
      /<script|<image|<foreignObject|href=|url\((?!#hw-)|@import|@font-face|NaN|undefined|Infinity/,
    )
  })

  it('of an imported incident is as long as its report says, whenever it was imported', () => {
    const model = modelOf(
      makeEvents([
        {
          type: 'incident.declared',
          data: { title: 'Login fails', severity: 'SEV2', imported: { day: '2024-03-02' } },
        },
        { type: 'note.added', data: { text: 'down', effective_at: '2024-03-02T14:05:00.000Z' } },
        { type: 'note.added', data: { text: 'up', effective_at: '2024-03-02T15:05:00.000Z' } },
        { type: 'incident.resolved', data: {} },
        { type: 'incident.updated', data: { title: 'Login failed' } },
        { type: 'note.added', data: { text: 'read again, years later' } },
        { type: 'incident.closed', data: {} },
      ]),
    )
    expect([model.from, model.to].map((at) => new Date(at).toISOString())).toEqual([
      '2024-03-02T14:05:00.000Z',
      '2024-03-02T15:05:00.000Z',
    ])
  })

  it('is the same for the same record', () => {
    expect(timelineSvg(modelOf(threeDays()))).toBe(timelineSvg(modelOf(threeDays())))
  })

  it('has a lane for each person and each run, and numbers that lead to the rows', () => {
    const { svg, rows } = pictureOf(modelOf(threeDays()))
    for (const name of ['Ana Ortiz', 'Fay Haddad', 'run: Stop the double capture'])
      expect(svg).toContain(`>${name}</text>`)
    const drawn = [...svg.matchAll(/<text class="n"[^>]*>(\d+)</g)].map(([, n]) => Number(n))
    const numbered = rows.map(([n]) => Number(n)).filter((n) => !Number.isNaN(n))
    expect(drawn.sort((a, b) => a - b)).toEqual(numbered)
  })

  it('says outcomes in words and patterns, not by color alone', () => {
    const { svg, rows } = pictureOf(modelOf(threeDays()))
    expect(svg).toMatch(
      /<g class="failed"><title>14\. [^<]*<\/title>.*url\(#hw-failed\).*replay: failed/,
    )
    expect(svg).toMatch(/<g class="undo"><title>16\. .*url\(#hw-undo\).*undo of pause-worker/)
    expect(svg).toContain('restart: unknown')
    expect(rows.find(([n]) => n === '14')?.slice(4)).toEqual(['failed', '50 min 0 s'])
  })

  it('compresses the nights, and draws and tells them as gaps', () => {
    const { svg } = pictureOf(modelOf(threeDays()))
    expect([...svg.matchAll(/class="gap"/g)].length).toBeGreaterThanOrEqual(2)
    expect(svg).toContain('>14 h 00 min</text>')
    expect(svg).toContain('not drawn to scale')
    expect(svg).toContain('Mon 2026-11-23')
  })

  it('draws phases, and edges that are only known roughly as wide as they are', () => {
    const { svg, rows } = pictureOf(modelOf(threeDays()))
    expect(svg).toContain('>A Impact: 19 h 35 min to 20 h 06 min')
    expect(svg).toContain('class="fuzzy"')
    expect(rows[0]).toEqual([
      'A',
      'about 2026-11-21 08:20:00',
      'phase',
      'Impact: 19 h 35 min to 20 h 06 min, impact start to mitigation',
      '',
      '19 h 35 min to 20 h 06 min',
    ])
  })

  it('does not draw a phase that ends before it begins, and says so', () => {
    const shown = pictureOf(modelOf(clockJumpsBack()))
    expect(whats(shown)).toContain(
      'Impact is not drawn: the mitigation is recorded as earlier than the impact start.',
    )
  })

  it('stands upright for narrow screens: the same numbers, each with its time and its lane', () => {
    const shown = pictureOf(modelOf(threeDays()))
    const { upright, svg } = shown
    const titles = (one: string): string[] => one.match(/<title>\d+\. [^<]*/g) ?? []
    expect(titles(upright).sort()).toEqual(titles(svg).sort())
    const texts = [...upright.matchAll(/<text[^>]*>([^<]+)</g)].map(([, text]) => text)
    expect(texts.slice(0, 2)).toEqual([
      'A Impact: 19 h 35 min to 20 h 06 min',
      'B Detection: 1 h 06 min to 1 h 37 min',
    ])
    expect(texts).toEqual(
      expect.arrayContaining([
        'Sun 2026-11-22',
        '… 14 h 00 min without anything on record …',
        'replay',
        expect.stringMatching(/^12:51:45, failed, 50 min 0 s, r.*…$/),
        'impact start',
        'about 08:20:00, Ana Ortiz',
      ]),
    )
    // As the legend draws it: once there, and once for each mark.
    const failed = shown.rows.filter(([, , , , outcome]) => outcome === 'failed')
    expect(upright.split('url(#hw-failed)')).toHaveLength(failed.length + 2)
    expect(upright).not.toMatch(/NaN|undefined|Infinity| id=/)
    expect(pictureOf(modelOf(threeDays())).upright).toBe(upright)
  })

  it('says of a step how long it was measured to take, and not when that was written down', () => {
    const ran = step({ id: 'look', took: 200 }).map((draft) =>
      draft.type === 'step.finished' ? { ...draft, afterMs: 206 } : draft,
    )
    const { rows, upright } = picture([DECLARED, run('r1', 'Watch', ['look']), ...ran])
    expect(rows.find(([, , , , outcome]) => outcome === 'succeeded')?.at(-1)).toBe('200 ms')
    expect(upright).toContain(', 200 ms<')
  })

  it('keeps what is not over open, upright as well, and bears one event and none', () => {
    const open = picture([
      DECLARED,
      { type: 'incident.updated', data: { impact_start: '2026-11-21T09:00:00.000Z' } },
      run('r1', 'Watch', ['look']),
      ...step({ id: 'look', took: 1, ended: false }),
    ]).upright
    expect(open).toMatch(/<g class="impact"><path class="shape" d="[^z]*"/)
    expect(open).toContain('not ended')
    for (const drafts of [[DECLARED], []])
      expect(picture(drafts).upright).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('calls a drill one', () => {
    expect(timelineSvg(modelOf(drill()))).toContain('>DRILL: Rehearsal of the restore</text>')
    expect(pictureOf(modelOf(drill())).upright).toContain('>DRILL</text>')
  })

  it('knows every event there is', () => {
    const shown = picture(every)
    expect(shown.svg).not.toMatch(/NaN|undefined/)
    // What is about the report happened afterwards.
    expect(whats(shown).join('\n')).not.toMatch(/post-mortem (?:rendered|published|approved)/i)
  })

  it('stays small with 10,000 events, and loses none of them', () => {
    const { svg, rows } = pictureOf(modelOf(crowd(10_000)))
    expect(svg.length).toBeLessThan(150_000)
    const told = rows.map(([, , , what = '']) => Number(/^(\d+) events/.exec(what)?.[1] ?? 1))
    expect(told.reduce((sum, n) => sum + n, 0)).toBe(10_001)
  })

  it('stays small with 3,000 steps, 40 people and 30 runs; what failed stays seen', () => {
    const people = modelOf(crowd(400, 16))
    expect(people.lanes.filter(({ kind }) => kind === 'person')).toHaveLength(8)
    expect(people.lanes.flatMap(({ marks }) => marks)).toHaveLength(401)
    const steps = Array.from({ length: 3000 }, (_, n) =>
      step({
        id: `s${n}`,
        took: 500,
        run: `r${n % 30}`,
        status: n === 2711 ? 'failed' : 'succeeded',
      }),
    )
    const runs = Array.from({ length: 30 }, (_, n) => run(`r${n}`, `Run ${n}`, []))
    const shown = picture([DECLARED, ...runs, ...steps.flat()])
    expect(shown.svg.length).toBeLessThan(250_000)
    expect(
      shown.rows.some(
        ([, , , what = '', outcome]) => what.includes('1 failed') && outcome === 'failed',
      ),
    ).toBe(true)
  })

  it('bears one event, none, and all at one instant', () => {
    expect(picture([DECLARED]).rows).toHaveLength(1)
    expect(picture([]).svg).toContain('nothing on record')
    const same = Array.from({ length: 50 }, (_, n): TestDraft => ({
      type: 'note.added',
      afterMs: 0,
      data: { text: `n${n}` },
    }))
    expect(whats(picture([DECLARED, ...same]))[0]).toContain('51 events')
  })

  it('keeps the length of a step whose clock was put back, and leaves open what has no end', () => {
    const rows = pictureOf(modelOf(clockJumpsBack())).rows
    expect(rows.find(([, , , what]) => what?.includes('look'))?.at(-1)).toBe('1 min 0 s')
    expect(rows.find(([, , , what]) => what?.includes('wait'))?.at(-2)).toBe('not ended')
  })

  it('puts a wait that nobody ended to the end of its run', () => {
    const shown = picture([
      DECLARED,
      run('r1', 'Fix', ['ask']),
      {
        type: 'gate.opened',
        run: 'r1',
        step: 'ask',
        data: { gate: 'ask', question: 'how many?', digest: 'a'.repeat(64), accepts: {} },
      },
      {
        type: 'run.finished',
        run: 'r1',
        afterMs: 60_000,
        data: { status: 'stopped', reason: 'given up' },
      },
    ])
    expect(shown.rows.find(([, , , what]) => what?.includes('how many?'))?.at(-1)).toBe('1 min 0 s')
  })

  it('puts a note in the lane of whom it tells, and shows a corrected one once, as corrected', () => {
    const shown = picture([
      DECLARED,
      { type: 'note.added', data: { text: 'called the provider', by: 'Jon Example' } },
      { type: 'note.added', data: { text: 'wrong words' } },
      { type: 'note.added', data: { text: 'right words', corrects: 'e3' } },
    ])
    expect(shown.rows.find(([, , , what]) => what?.includes('provider'))?.[2]).toBe('Jon Example')
    expect(shown.svg).toContain('>right words</text>')
    expect(shown.svg).not.toContain('>wrong words</text>')
  })

  it('shows markup and unseen characters as text', () => {
    const { svg } = pictureOf(modelOf(strangeWords()))
    expect(svg).not.toContain('<script>')
    expect(svg).toContain('&lt;script&gt;')
    for (const unseen of ['\u202E', '\u0007']) expect(svg).not.toContain(unseen)
    expect(svg.isWellFormed()).toBe(true)
  })
})

describe('the scale', () => {
  it('never goes back, and reaches both ends', () => {
    const instants = [0, 60_000, 120_000, 30 * HOUR, 30 * HOUR + 60_000, 31 * HOUR]
    const scale = createScale({ from: 0, to: 31 * HOUR, instants, busy: [], x0: 10, x1: 900 })
    const places = instants.map((at) => scale.x(at))
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places[0]).toBeCloseTo(10)
    expect(places.at(-1)).toBeCloseTo(900)
    expect(scale.gaps).toHaveLength(2)
  })

  it('compresses nothing while something is at work, and nothing that is as long as all else', () => {
    const instants = [0, 60_000, 120_000, 30 * HOUR, 30 * HOUR + 60_000]
    const busy = [{ from: 100_000, to: 30 * HOUR }]
    const to = 30 * HOUR + 60_000
    expect(createScale({ from: 0, to, instants, busy, x0: 0, x1: 900 }).gaps).toEqual([])
    const even = [0, HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR]
    expect(
      createScale({ from: 0, to: 4 * HOUR, instants: even, busy: [], x0: 0, x1: 900 }).gaps,
    ).toEqual([])
  })
})

describe('measured text', () => {
  it('is cut between characters as people see them, with dots that fit as well', () => {
    const font = { size: 13 }
    for (const text of ['a long line of words', '👨‍👩‍👧‍👦👩🏽‍🚒 family', 'WWWWWWWWWW', 'ZÀ́́́ algo'])
      for (let width = 0; width < 200; width += 7) {
        const cut = fitText(text, width, font)
        expect(textWidth(cut, font)).toBeLessThanOrEqual(width + 0.1)
        expect(cut === text || cut === '' || cut.endsWith('…')).toBe(true)
        expect(cut.isWellFormed()).toBe(true)
      }
  })
})
