/** A report on its way from a draft to a closed review, with two people and a real record. */
import { rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/incident/event.ts'
import type { ReviewAction } from '../../../src/incident/report-events.ts'
import { openStore } from '../../../src/record/store.ts'
import { verifyFolder } from '../../../src/record/verify/verify.ts'
import { DEFAULTS } from '../../../src/usecases/config.ts'
import { verifyRecord } from '../../../src/usecases/audit/verify-record.ts'
import { renderPostmortem } from '../../../src/usecases/report/render-postmortem.ts'
import { reviewOfIncident } from '../../../src/usecases/report/review-of-incident.ts'
import { reviewChecklist, reviewLines } from '../../../src/usecases/report/review-lines.ts'
import { reviewPostmortem } from '../../../src/usecases/report/review-postmortem.ts'
import { statusLines } from '../../../src/usecases/incident/show-incident.ts'
import { JON, MARIA, type TestDraft } from '../../events.ts'
import { incidentOnDisk, isolateGit, type OnDisk } from '../../postmortem/incident-on-disk.ts'

const REPORT = `---
hotwash: 1
actions: [{id: alert, title: Alert on failed logins, type: detect, owner: Jon Example, due: 2026-12-01}]
---

# Report

Words of people who were there.
`

const DECLARED: TestDraft = {
  type: 'incident.declared',
  data: { title: 'Login fails', severity: 'SEV2' },
}

beforeAll(isolateGit)
let one: OnDisk
let file = ''
beforeEach(async () => {
  one = await incidentOnDisk([DECLARED], { repository: false })
  one.journal.append({
    type: 'incident.updated',
    data: {
      status: 'mitigated',
      impact_start: '2026-11-21T09:50:00.000Z',
      detected_at: '2026-11-21T09:55:00.000Z',
    },
  })
  one.journal.append({ type: 'incident.resolved', data: {} })
  file = (await renderPostmortem(one.world, { incident: undefined })).file ?? ''
  writeFileSync(file, REPORT)
})
afterEach(() => one.remove())

/** As another command sees it. */
const journal = () => one.world.store.open(one.journal.incident)

const worldOf = (actor: Actor) => {
  // Which errors lint finds in so short a text is not what is told here.
  const require = DEFAULTS.review.require.filter((id) => id !== 'lint')
  const config = { ...one.world.config, review: { approvals: 1, require } }
  const base = { ...one.world, actor, config }
  return { ...base, store: openStore(base) }
}
const review = (actor: Actor, action?: ReviewAction, reason?: string) =>
  reviewPostmortem(worldOf(actor), { incident: one.journal.incident, action, reason })
const events = () => worldOf(MARIA).store.open(one.journal.incident).events()

describe('the review of a report', () => {
  test('goes from draft to closed, and the record proves it', async () => {
    expect((await review(MARIA)).review.status).toBe('draft')
    const asked = await review(MARIA, 'requested')
    expect(asked.review.status).toBe('in_review')
    expect(reviewLines(asked).at(-1)).toMatch(/--approve$/)
    expect(reviewLines({ ...asked, elsewhere: true }).at(-1)).toMatch(/--approve$/)
    expect(await review(MARIA, 'requested')).toMatchObject({ already: true })
    expect((await review(JON, 'approved')).review.status).toBe('reviewed')
    const closed = await review(MARIA, 'closed')
    expect(closed.review).toMatchObject({ status: 'closed', edited: false })
    expect(reviewLines(closed).at(-1)).toMatch(/^next: hotwash close .* --merge; for outsiders/)
    const over = { ...closed, incident_status: 'closed' as const }
    expect(reviewLines(over).at(-1)).toMatch(/^next: for outsiders: hotwash postmortem publish/)
    expect(events().at(-1)?.data).toMatchObject({ action: 'closed', approvals: 1 })
    expect(await review(MARIA, 'closed')).toMatchObject({ already: true })
    const { problems, notes } = await verifyFolder(one.journal.dir, one.journal.incident)
    expect([problems.filter(({ code }) => code === 'approval'), notes]).toEqual([[], []])
  })

  test('does not change the report: what was approved stays what it is', async () => {
    const { sha256 } = await review(MARIA, 'requested')
    expect((await review(JON, 'approved')).sha256).toBe(sha256)
  })

  test('is asked for with a warning where a render would change the text', async () => {
    rmSync(file)
    await renderPostmortem(one.world, { incident: undefined })
    journal().append({ type: 'note.added', data: { text: 'logins work again' } })
    const asked = await review(MARIA, 'requested')
    expect(asked.warnings).toEqual([expect.stringContaining('hotwash postmortem render')])
    expect((await review(JON, 'approved')).warnings).toEqual([])
    await renderPostmortem(one.world, { incident: undefined })
    expect((await review(JON)).review).toMatchObject({ status: 'in_review', missing: 1 })
    expect((await review(MARIA, 'requested')).warnings).toEqual([])
    expect((await review(JON, 'approved')).review.status).toBe('reviewed')
  })

  test('is asked for though its head is broken, which the criteria say', async () => {
    writeFileSync(file, REPORT.replace('type: detect', 'type: pray'))
    const { review: asked, warnings, criteria } = await review(MARIA, 'requested')
    expect([asked.status, warnings]).toEqual(['in_review', []])
    expect(criteria.find(({ id }) => id === 'head')?.met).toBe(false)
  })

  test('an edit after the approval voids it, and everybody sees that', async () => {
    await review(MARIA, 'requested')
    await review(JON, 'approved')
    writeFileSync(file, `${REPORT}\nAnd more.\n`)
    const edited = await review(MARIA)
    expect(edited.review).toMatchObject({ status: 'in_review', missing: 1 })
    expect(reviewLines(edited).join('\n')).toContain('but the text was changed since')
    const [verified] = await verifyRecord(worldOf(MARIA), one.journal.incident)
    expect(verified?.notes).toEqual([
      expect.stringMatching(/postmortem\.md: the approval by Jon Example of .*changed since$/),
    ])
    const shown = await reviewOfIncident(worldOf(MARIA), {
      journal: journal(),
      state: journal().state(),
    })
    expect(shown?.says).toBe(
      'in review, 1 approval missing, asked for by Maria Example, edited since it was asked for',
    )
    const lines = statusLines(
      { state: journal().state(), next: undefined, review: shown },
      Date.now(),
    )
    expect(lines).toContain(`post-mortem: ${shown?.says}`)
  })

  test.each<[string, Actor, ReviewAction, string | undefined, RegExp]>([
    ['the one who asked', MARIA, 'approved', undefined, /Maria Example asked for the review/],
    ['changes without a reason', JON, 'changes_requested', ' ', /say the reason/],
    ['changes without end', JON, 'changes_requested', 'x'.repeat(2_001), /2001 characters/],
    ['opening what is not closed', JON, 'reopened', 'new facts', /is not closed/],
  ])('refuses %s, and records nothing', async (_, actor, action, reason, says) => {
    await review(MARIA, 'requested')
    const before = events().length
    await expect(review(actor, action, reason)).rejects.toThrow(says)
    expect(events()).toHaveLength(before)
  })

  test('refuses an approval that nobody asked for, and a review of no report', async () => {
    await expect(review(JON, 'approved')).rejects.toThrow(/nobody asked for a review/)
    await expect(review(JON, 'changes_requested', 'x')).rejects.toThrow(/nobody asked/)
    const bare = await incidentOnDisk([DECLARED], { repository: false })
    const act = reviewPostmortem(bare.world, {
      incident: undefined,
      action: 'requested',
      reason: undefined,
    })
    await expect(act).rejects.toThrow(/has no post-mortem yet/)
    bare.remove()
  })

  test('is not closed while something is lacking, and says what', async () => {
    await review(MARIA, 'requested')
    const { lacking, criteria } = await review(MARIA, 'closed')
    expect(lacking?.message).toContain('approvals')
    expect(criteria.find(({ id }) => id === 'approvals')?.reasons).toEqual([
      '1 more approval is needed',
    ])
    expect(events().at(-1)?.data).toMatchObject({ action: 'requested' })
  })

  test('makes a checklist of what is and what is lacking', async () => {
    writeFileSync(file, REPORT.replace('owner: Jon Example, ', ''))
    const checklist = reviewChecklist(await review(MARIA, 'requested'))
    expect(checklist).toContain('- [x] The head says what it has to')
    expect(checklist).toContain(
      '- [ ] Every action has an owner and a date, or is declined with the reason\n  - action alert has no owner',
    )
    expect(checklist).toMatch(/For readers:\n\n- \[ \] Somebody who was not there/)
  })
})
