import { describe, expect, test } from 'vitest'
import { foldEvents } from '../../src/incident/fold.ts'
import { decisionsOf, reviewOf } from '../../src/incident/review.ts'
import { parseFrontMatter } from '../../src/postmortem/front-matter/parse-front-matter.ts'
import type { Finding } from '../../src/postmortem/lint/finding.ts'
import { CRITERIA, criteriaOf, type CriterionId } from '../../src/postmortem/review-criteria.ts'
import { JON, makeEvents, type TestDraft } from '../events.ts'

const SHA = 'a'.repeat(64)
const at = (time: string): string => `2026-11-21T${time}.000Z`
const declared: TestDraft = { type: 'incident.declared', data: { title: 'x', severity: 'SEV2' } }
const times: TestDraft = {
  type: 'incident.updated',
  data: {
    impact_start: at('09:00:00'),
    detected_at: at('09:05:00'),
    status: 'mitigated',
    effective_at: at('09:30:00'),
  },
}
const resolved: TestDraft = { type: 'incident.resolved', data: {} }
const reviewed: TestDraft[] = [
  { type: 'postmortem.reviewed', data: { action: 'requested', sha256: SHA } },
  { type: 'postmortem.reviewed', actor: JON, data: { action: 'approved', sha256: SHA } },
]
const ACTIONS = 'actions: [{id: a, title: b, type: prevent, owner: Jon Example, due: 2026-12-01}]'

type Given = {
  head?: string
  drafts?: readonly TestDraft[]
  findings?: readonly Partial<Finding>[]
  required?: readonly CriterionId[]
}

const judge = ({ head = ACTIONS, drafts, findings = [], required = CRITERIA }: Given) => {
  const events = makeEvents([declared, ...(drafts ?? [times, resolved, ...reviewed])])
  const text = head === '' ? '# Report\n' : `---\nhotwash: 1\n${head}\n---\n`
  return criteriaOf({
    ...parseFrontMatter(text, 'postmortem.md'),
    findings: findings as Finding[],
    record: { events, state: foldEvents('x', events) },
    review: reviewOf(decisionsOf(events), { sha256: SHA, needed: 1 }),
    required,
  })
}

const unmet = (given: Given): string[] =>
  judge(given).flatMap(({ id, met, reasons }) => (met ? [] : [`${id}: ${reasons.join('; ')}`]))

describe('what closes a review', () => {
  test('lint is not said to be content while it is not, in whatever else there is', () => {
    const findings = [{ rule: 'to-write-left', severity: 'error', line: 9, message: 'summary' }]
    const says = judge({ findings } as Given).map(({ met, says }) => `${met} ${says}`)
    expect(says.slice(1, 3)).toEqual([
      'false nothing is left to write',
      'true lint finds no other error',
    ])
  })

  test('holds for a report that lacks nothing', () => expect(unmet({})).toEqual([]))

  test.each<[string, Given, RegExp[]]>([
    [
      'no head',
      { head: '' },
      [/^head: the report has no head$/, /^actions: the head names no action$/],
    ],
    [
      'a head with a mistake',
      { head: 'severty: SEV1' },
      [/^head: line 3: unknown key/, /^actions/],
    ],
    [
      'an error of lint',
      { findings: [{ rule: 'human-error', severity: 'error', line: 7, message: 'no person' }] },
      [/^lint: line 7: no person \(human-error\)$/],
    ],
    [
      'something left to write',
      { findings: [{ rule: 'to-write-left', severity: 'warning', line: 9, message: 'summary' }] },
      [/^to_write: line 9: summary$/],
    ],
    [
      'nobody who asked',
      { drafts: [times, resolved] },
      [/^approvals: nobody asked .*; 1 more approval is needed$/],
    ],
    [
      'nobody who approved',
      { drafts: [times, resolved, ...reviewed.slice(0, 1)] },
      [/^approvals: 1 more/],
    ],
    [
      'somebody who wants changes',
      {
        drafts: [
          times,
          resolved,
          ...reviewed,
          {
            type: 'postmortem.reviewed',
            actor: JON,
            data: { action: 'changes_requested', sha256: SHA, reason: 'no numbers' },
          },
        ],
      },
      [/^approvals: Jon Example asked for changes: no numbers; 1 more/],
    ],
    [
      'an action that nobody owns',
      { head: 'actions: [{id: a, title: b, type: prevent}]' },
      [/^actions: action a has no owner and no date$/],
    ],
    [
      'no impact start',
      { drafts: [resolved, ...reviewed] },
      [
        /^times: no impact start: hotwash update --impact-start TIME, or unknown_times: \{impact_start: why\} in the head; no detection/,
      ],
    ],
    [
      'times that contradict each other',
      {
        drafts: [
          times,
          { type: 'incident.updated', data: { impact_start: at('09:10:00') } },
          resolved,
          ...reviewed,
        ],
      },
      [/^times: the detection \(2026-11-21 09:05:00 UTC, event 2\) is recorded as earlier/],
    ],
  ])('is not there with %s', (_, given, wanted) => {
    const found = unmet(given)
    expect(found).toHaveLength(wanted.length)
    for (const [index, words] of wanted.entries()) expect(found[index]).toMatch(words)
  })

  test('a head that is wrong counts once', () => {
    const findings = [{ rule: 'head-invalid', severity: 'error', line: 3 }] as const
    expect(unmet({ head: `${ACTIONS}\nseverty: x`, findings })[0]).toMatch(/^head: line 4/)
    expect(unmet({ findings })).toEqual([])
  })

  test('warnings of lint do not count, and what is left to write counts once', () => {
    const findings = [
      { rule: 'vague-verb', severity: 'warning' },
      { rule: 'to-write-left', severity: 'error', line: 9, message: 'summary' },
    ] as const
    expect(unmet({ findings })).toEqual(['to_write: line 9: summary'])
  })

  test('a report that says nothing has everything left to write, and counts once', () => {
    const findings = [
      { rule: 'says-nothing', severity: 'error', line: 1, message: 'empty' },
    ] as const
    expect(unmet({ findings })).toEqual(['to_write: line 1: empty'])
  })

  test('an action that is declined needs no owner', () => {
    const head = 'actions: [{id: a, title: b, type: prevent, declined: the service is going away}]'
    expect(unmet({ head })).toEqual([])
  })

  test('a time that nobody can know is one that is known not to be known', () => {
    const head = `${ACTIONS}\nunknown_times: {impact_start: no logs, detected: nobody recalls, mitigated: it faded}`
    expect(unmet({ head, drafts: [resolved, ...reviewed] })).toEqual([])
  })

  test('a drill has no impact, and need not have actions', () => {
    const drill: TestDraft = {
      type: 'incident.declared',
      data: { title: 'x', severity: 'SEV2', drill: true },
    }
    expect(unmet({ head: 'services: [login]', drafts: [drill, ...reviewed] })).toEqual([])
  })

  test('what hotwash.yaml does not require is told all the same', () => {
    const given = { head: '', required: ['approvals'] } as const
    expect(judge(given).filter(({ met, optional }) => !met && !optional)).toEqual([])
    expect(judge(given).find(({ id }) => id === 'head')).toMatchObject({
      met: false,
      optional: true,
    })
  })
})
