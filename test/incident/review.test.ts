/** The review of a report, folded from its decisions. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReviewAction } from '../../src/incident/report-events.ts'
import { decisionsOf, reviewOf, whyNotApprove, type Decision } from '../../src/incident/review.ts'
import { JON, makeEvents, MARIA, type TestDraft } from '../events.ts'

const OMAR = { name: 'Omar Example', email: 'omar@example.test', host: 'desk' }
const INES = { name: 'Ines Example', email: 'ines@example.test', host: 'desk' }
const PEOPLE = { maria: MARIA, jon: JON, omar: OMAR, ines: INES } as const
const TEXT = { a: 'a'.repeat(64), b: 'b'.repeat(64) } as const

type Said = `${keyof typeof PEOPLE} ${ReviewAction} ${keyof typeof TEXT}`

const decisions = (said: readonly Said[]): Decision[] =>
  decisionsOf(
    makeEvents(
      said.map((words): TestDraft => {
        const [who, action, text] = words.split(' ') as [
          keyof typeof PEOPLE,
          ReviewAction,
          keyof typeof TEXT,
        ]
        const data = { action, sha256: TEXT[text], reason: 'so' }
        return { type: 'postmortem.reviewed', actor: PEOPLE[who], data }
      }),
    ),
  )

/** Status, missing approvals, and `why` of each approval (`holds`). */
const judged = (said: readonly Said[], text: keyof typeof TEXT, needed = 1) => {
  const { status, missing, approvals } = reviewOf(decisions(said), { sha256: TEXT[text], needed })
  return [status, missing, approvals.map((one) => (one.holds ? 'holds' : one.why))]
}

describe('a review', () => {
  test.each<[string, Said[], keyof typeof TEXT, number, unknown[]]>([
    ['of nothing is a draft', [], 'a', 1, ['draft', 1, []]],
    ['begins when it is asked for', ['maria requested a'], 'a', 1, ['in_review', 1, []]],
    [
      'is done when another approved',
      ['maria requested a', 'jon approved a'],
      'a',
      1,
      ['reviewed', 0, ['holds']],
    ],
    [
      'takes as many people as it takes',
      ['maria requested a', 'jon approved a'],
      'a',
      2,
      ['in_review', 1, ['holds']],
    ],
    [
      'counts nobody twice',
      ['maria requested a', 'jon approved a', 'jon approved a'],
      'a',
      2,
      ['in_review', 1, ['holds']],
    ],
    ['needs nobody where hotwash.yaml says so', ['maria requested a'], 'a', 0, ['reviewed', 0, []]],
    [
      'does not count the one who asked',
      ['maria requested a', 'maria approved a'],
      'a',
      1,
      ['in_review', 1, ['it comes from the one who asked for the review']],
    ],
    [
      'does not count who asked for this text, though somebody else asked again',
      ['maria requested a', 'jon requested a', 'maria approved a'],
      'a',
      1,
      ['in_review', 1, ['it comes from the one who asked for the review']],
    ],
    [
      'counts who asked for another text before',
      ['maria requested a', 'jon requested b', 'maria approved b'],
      'b',
      1,
      ['reviewed', 0, ['holds']],
    ],
    [
      'loses an approval with an edit, and says so',
      ['maria requested a', 'jon approved a'],
      'b',
      1,
      ['in_review', 1, ['the text was changed since']],
    ],
    [
      'has it back when the edit is taken back',
      ['maria requested b', 'jon approved a'],
      'a',
      1,
      ['reviewed', 0, ['holds']],
    ],
    [
      'goes back to a draft when changes are asked for',
      ['maria requested a', 'jon changes_requested a'],
      'a',
      1,
      ['draft', 1, []],
    ],
    [
      'goes on when it is asked for again',
      ['maria requested a', 'jon changes_requested a', 'maria requested b'],
      'b',
      1,
      ['in_review', 1, []],
    ],
    [
      'goes on when the one who wanted changes approves',
      ['maria requested a', 'jon changes_requested a', 'jon approved a'],
      'a',
      1,
      ['reviewed', 0, ['holds']],
    ],
    [
      'takes no approval from who wants changes since',
      ['maria requested a', 'jon approved a', 'jon changes_requested a', 'maria requested a'],
      'a',
      1,
      ['in_review', 1, ['they asked for changes since']],
    ],
    [
      'waits for changes though others approved',
      ['maria requested a', 'jon changes_requested a', 'omar approved a'],
      'a',
      1,
      ['draft', 0, ['holds']],
    ],
    [
      'is closed when it is closed',
      ['maria requested a', 'jon approved a', 'maria closed a'],
      'a',
      1,
      ['closed', 0, ['holds']],
    ],
    [
      'begins anew when it is opened again',
      ['maria requested a', 'jon approved a', 'maria closed a', 'omar reopened a'],
      'a',
      1,
      ['draft', 1, ['the review was opened again since']],
    ],
    [
      'takes new approvals after it was opened again',
      [
        'maria requested a',
        'jon approved a',
        'maria closed a',
        'omar reopened a',
        'omar requested a',
        'jon approved a',
      ],
      'a',
      1,
      ['reviewed', 0, ['holds']],
    ],
  ])('%s', (_, said, text, needed, wanted) => {
    expect(judged(said, text, needed)).toEqual(wanted)
  })

  test('knows one person by either mark: another address or another name is no other person', () => {
    const secondKey = { ...MARIA, email: 'maria@home.test' }
    const renamed = { ...MARIA, name: 'M. Example', email: 'MARIA@example.test' }
    for (const actor of [secondKey, renamed]) {
      const events = makeEvents([
        {
          type: 'postmortem.reviewed',
          actor: MARIA,
          data: { action: 'requested', sha256: TEXT.a },
        },
        { type: 'postmortem.reviewed', actor, data: { action: 'approved', sha256: TEXT.a } },
      ])
      const text = { sha256: TEXT.a, needed: 1 }
      expect(reviewOf(decisionsOf(events), text).status).toBe('in_review')
      expect(whyNotApprove(decisionsOf(events.slice(0, 1)), actor, text)).toMatch(
        /come from others/,
      )
    }
  })

  test('says that a closed report was edited since', () => {
    const said = decisions(['maria requested a', 'jon approved a', 'maria closed a'])
    expect(reviewOf(said, { sha256: TEXT.a, needed: 1 }).edited).toBe(false)
    expect(reviewOf(said, { sha256: TEXT.b, needed: 1 })).toMatchObject({
      status: 'closed',
      edited: true,
    })
    expect(reviewOf(said, { sha256: undefined, needed: 1 }).edited).toBe(true)
  })

  test('lets nobody approve what nobody asked for, or what is closed', () => {
    const text = { sha256: TEXT.a, needed: 1 }
    expect(whyNotApprove([], JON, text)).toMatch(/nobody asked/)
    expect(whyNotApprove(decisions(['maria requested a']), JON, text)).toBeUndefined()
    const closed = decisions(['maria requested a', 'jon approved a', 'maria closed a'])
    expect(whyNotApprove(closed, OMAR, text)).toMatch(/closed/)
  })

  test('is never reviewed without as many other people as it takes having approved this very text', () => {
    const who = fc.constantFrom(...(Object.keys(PEOPLE) as (keyof typeof PEOPLE)[]))
    const action = fc.constantFrom<ReviewAction>(
      'requested',
      'approved',
      'changes_requested',
      'closed',
      'reopened',
    )
    const text = fc.constantFrom<keyof typeof TEXT>('a', 'b')
    const said = fc.array(
      fc.tuple(who, action, text).map((words) => words.join(' ') as Said),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(said, text, fc.integer({ min: 1, max: 3 }), (words, now, needed) => {
        const all = decisions(words)
        const review = reviewOf(all, { sha256: TEXT[now], needed })
        if (review.status !== 'reviewed') return
        const holding = review.approvals.filter(({ holds }) => holds)
        const people = new Set(holding.map(({ by }) => by.email))
        expect(people.size).toBeGreaterThanOrEqual(needed)
        expect(people).not.toContain(review.requested?.by.email)
        expect(holding.every(({ sha256 }) => sha256 === TEXT[now])).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
