/** Reviews judged again from the record: what was approved by whom, when the review was closed. */
import { expect, test } from 'vitest'
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
