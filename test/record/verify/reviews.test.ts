/** Reviews judged again from the record: what was approved by whom, when the review was closed. */
import { describe, expect, test } from 'vitest'
import type { EventData } from '../../../src/incident/event.ts'
import { openStore } from '../../../src/record/store.ts'
import { verifyFolder } from '../../../src/record/verify/verify.ts'
import { makePlace, MARIA } from '../place.ts'

const OMAR = { name: 'Omar Example', email: 'omar@example.test', host: 'desk' }
const [TEXT, OTHER] = ['a'.repeat(64), 'b'.repeat(64)]

type Said = [typeof MARIA, EventData['postmortem.reviewed']['action'], string?]

/** A review that is closed by Maria with these decisions before, and says that it took `approvals`. */
const verdict = async (said: Said[], approvals: number | undefined) => {
  const place = makePlace({ git: false })
  const journal = place.world.store.create({ title: 'Review' })
  journal.append({ type: 'incident.declared', data: { title: 'Review', severity: 'SEV2' } })
  for (const [actor, action, sha256 = TEXT] of said)
    openStore({ ...place.world, actor })
      .open(journal.incident)
      .append({ type: 'postmortem.reviewed', data: { action, sha256 } })
  journal.append({
    type: 'postmortem.reviewed',
    data: { action: 'closed', sha256: TEXT, ...(approvals === undefined ? {} : { approvals }) },
  })
  return verifyFolder(journal.dir, journal.incident)
}

test.each<[string, Said[], number | undefined]>([
  [
    'an approval by another',
    [
      [MARIA, 'requested'],
      [OMAR, 'approved'],
    ],
    1,
  ],
  ['no approval where none was needed', [[MARIA, 'requested']], 0],
  ['an older record, which does not say how many it took', [], undefined],
])('a review that was closed with %s verifies', async (_, said, approvals) => {
  expect(await verdict(said, approvals)).toMatchObject({ verified: true, problems: [], notes: [] })
})

test.each<[string, Said[], RegExp]>([
  ['nobody asked for', [[OMAR, 'approved']], /nobody had asked/],
  ['nobody approved', [[MARIA, 'requested']], /without 1 of 1 approvals/],
  [
    'only the one who asked approved',
    [
      [MARIA, 'requested'],
      [MARIA, 'approved'],
    ],
    /without 1 of 1/,
  ],
  [
    'another text was approved',
    [
      [MARIA, 'requested'],
      [OMAR, 'approved', OTHER],
    ],
    /without 1 of 1/,
  ],
  [
    'an approval was taken back',
    [
      [MARIA, 'requested'],
      [OMAR, 'approved'],
      [OMAR, 'changes_requested'],
      [MARIA, 'requested'],
    ],
    /without 1 of 1/,
  ],
])('a closed review that %s is found', async (_, said, says) => {
  const { verified, problems } = await verdict(said, 1)
  expect(verified).toBe(false)
  expect(problems).toMatchObject([{ code: 'approval', message: expect.stringMatching(says) }])
})

test('an approval that counts for nothing is said', async () => {
  const { notes } = await verdict(
    [
      [MARIA, 'requested'],
      [MARIA, 'approved'],
    ],
    0,
  )
  expect(notes).toEqual([
    expect.stringMatching(/does not count: Maria Example asked for the review/),
  ])
})

describe('a render that tells what became of the actions', () => {
  const CONTENT = 'c'.repeat(64)
  const closedAfter = async (content: {
    approved?: string
    closed?: string
    rendered: boolean
  }) => {
    const place = makePlace({ git: false })
    const journal = place.world.store.create({ title: 'Review' })
    const as = (actor: typeof MARIA) => openStore({ ...place.world, actor }).open(journal.incident)
    const decide = (data: EventData['postmortem.reviewed'], actor = MARIA): void => {
      as(actor).append({ type: 'postmortem.reviewed', data })
    }
    const of = (one: string | undefined) => (one === undefined ? {} : { content: one })
    journal.append({ type: 'incident.declared', data: { title: 'Review', severity: 'SEV2' } })
    decide({ action: 'requested', sha256: TEXT, content: CONTENT })
    decide({ action: 'approved', sha256: TEXT, ...of(content.approved) }, OMAR)
    const data = { path: 'postmortem.md', template: 'brief', sha256: TEXT, merged: OTHER }
    if (content.rendered) as(MARIA).append({ type: 'postmortem.rendered', data })
    decide({ action: 'closed', sha256: OTHER, approvals: 1, ...of(content.closed) })
    const { problems } = await verifyFolder(journal.dir, journal.incident)
    return problems.map(({ message }) => message)
  }

  test('keeps the approvals', async () => {
    expect(await closedAfter({ approved: CONTENT, closed: CONTENT, rendered: true })).toEqual([])
  })

  test.each<[string, Parameters<typeof closedAfter>[0]]>([
    ['no render wrote the text', { approved: CONTENT, closed: CONTENT, rendered: false }],
    ['the content is another', { approved: CONTENT, closed: 'd'.repeat(64), rendered: true }],
    ['the closing names none', { approved: CONTENT, rendered: true }],
    ['the approval is of one text alone', { closed: CONTENT, rendered: true }],
  ])('keeps none where %s', async (_, content) => {
    expect(await closedAfter(content)).toEqual([expect.stringMatching(/without 1 of 1 approvals/)])
  })
})
