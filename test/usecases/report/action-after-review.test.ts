/** An action is done weeks after its report was approved: the table follows, the approval stays. */
import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { diffResult } from '../../../src/cli/rendering-result.ts'
import type { Actor } from '../../../src/incident/event.ts'
import type { ReviewAction } from '../../../src/incident/report-events.ts'
import { openStore } from '../../../src/record/store.ts'
import { verifyFolder } from '../../../src/record/verify/verify.ts'
import { closeAction } from '../../../src/usecases/actions/close-action.ts'
import { DEFAULTS } from '../../../src/usecases/config.ts'
import { diffPostmortem } from '../../../src/usecases/report/diff-postmortem.ts'
import { renderPostmortem } from '../../../src/usecases/report/render-postmortem.ts'
import { reviewPostmortem } from '../../../src/usecases/report/review-postmortem.ts'
import { JON, MARIA, type TestDraft } from '../../events.ts'
import { incidentOnDisk, isolateGit, type OnDisk } from '../../postmortem/incident-on-disk.ts'

beforeAll(isolateGit)
let one: OnDisk
let file = ''

const DECLARED: TestDraft = {
  type: 'incident.declared',
  data: { title: 'Login fails', severity: 'SEV2' },
}

const ACTIONS = `actions:
  - { id: alert, title: Alert on failed logins, type: detect, owner: Jon Example, due: 2026-12-01 }
  - { id: limit, title: Limit the pool, type: prevent, owner: Maria Example, due: 2026-12-24 }
`

const worldOf = (actor: Actor) => {
  const config = { ...one.world.config, review: { approvals: 1, require: [...REQUIRED] } }
  const base = { ...one.world, actor, config }
  return { ...base, store: openStore(base) }
}
const REQUIRED = DEFAULTS.review.require.filter((id) => id === 'approvals')

const NO_GIT: unknown = expect.stringContaining('not in a git repository')

const incident = () => one.journal.incident
const review = async (actor: Actor, action?: ReviewAction) =>
  (await reviewPostmortem(worldOf(actor), { incident: incident(), action, reason: undefined }))
    .review
const render = () => renderPostmortem(worldOf(MARIA), { incident: incident() })
const close = (action: string) =>
  closeAction(worldOf(MARIA), { incident: incident(), action, evidence: 'seen in the dashboard' })
const report = (): string => readFileSync(file, 'utf8')
const rewrite = (change: (text: string) => string): void => {
  const text = change(report())
  expect(text).not.toBe(report())
  writeFileSync(file, text)
}
const check = async () => {
  const diff = await diffPostmortem(worldOf(MARIA), { incident: incident() })
  return diffResult(diff, { isCheck: true, isJson: true })
}

beforeEach(async () => {
  one = await incidentOnDisk([DECLARED], { repository: false })
  file = (await render()).file ?? ''
  rewrite((text) =>
    text
      .replace(/^actions: null.*\n/m, ACTIONS)
      .replace('## Summary\n', '## Summary\n\nIt broke.\n'),
  )
  await render()
  await review(MARIA, 'requested')
})
afterEach(() => one.remove())

describe('an action that is done after the review', () => {
  test('is told by the next render, and the approval stays', async () => {
    await review(JON, 'approved')
    expect((await review(MARIA, 'closed')).status).toBe('closed')
    await close('alert')

    const stale = await check()
    expect(stale).toMatchObject({ json: { changed: true, actions_only: true } })
    expect(stale.exitCode ?? 0).toBe(0)
    expect(stale.text).toMatch(/but for what became of its actions.*\n.*postmortem render/)

    expect(await render()).toMatchObject({ changed: true, warnings: [NO_GIT] })
    expect(report()).toMatch(/\| `alert` .* done \d{4}-\d\d-\d\d, closed by hand \[\^e\d+\] \|/)
    expect(await review(MARIA)).toMatchObject({ status: 'closed', edited: false, missing: 0 })
    expect(await check()).toMatchObject({ json: { changed: false, actions_only: false } })
  })

  test('does not stand in the way of closing the review, and the record proves it', async () => {
    await review(JON, 'approved')
    await close('alert')
    await render()
    await close('limit')
    await render()
    expect((await review(MARIA, 'closed')).status).toBe('closed')
    const { problems, notes } = await verifyFolder(one.journal.dir, incident())
    expect([problems.filter(({ code }) => code === 'approval'), notes]).toEqual([[], []])
  })

  test('gives whoever asked for the review no second text to approve', async () => {
    await close('alert')
    await render()
    await expect(review(MARIA, 'approved')).rejects.toThrow(/Maria Example asked for the review/)
    expect((await review(JON, 'approved')).status).toBe('reviewed')
  })

  test.each<[string, (text: string) => string]>([
    ['a word', (text) => text.replace('It broke.', 'It broke. Bob did it.')],
    ['a space', (text) => text.replace('| `limit`', '|  `limit`')],
    ['a title', (text) => text.replaceAll('Limit the pool', 'Drop the pool')],
    ['a state', (text) => text.replace(/(`limit`.*)\| open/, '$1| done')],
    ['the version of hotwash', (text) => text.replace(/(Written by hotwash )\d/, '$19')],
  ])('covers up no other edit: %s', async (_, change) => {
    await review(JON, 'approved')
    await close('alert')
    rewrite(change)
    expect(await review(MARIA)).toMatchObject({ status: 'in_review', missing: 1 })
  })

  test.each<[string, (text: string) => string]>([
    ['a word', (text) => text.replace('It broke.', 'It broke. Bob did it.')],
    ['a title', (text) => text.replaceAll('Limit the pool', 'Drop the pool')],
    ['a state', (text) => text.replace(/(`limit`.*)\| open/, '$1| done')],
  ])('covers up no edit that a render takes along: %s', async (_, change) => {
    await review(JON, 'approved')
    rewrite(change)
    await close('alert')
    await render()
    expect(await review(MARIA)).toMatchObject({ status: 'in_review', missing: 1 })
  })

  test.each<[string, (text: string) => string]>([
    ['as open', (text) => text.replace(/(`alert`.*)\| done[^|]*/, '$1| open ')],
    ['in a line that is no row', (text) => text.replace(/^\| `alert`/m, '     $&')],
  ])('covers up no action that is done and shown %s', async (_, change) => {
    await review(JON, 'approved')
    await close('alert')
    await render()
    rewrite(change)
    await close('limit')
    await render()
    expect(await review(MARIA)).toMatchObject({ status: 'in_review', missing: 1 })
  })

  test('covers up no action that is shown as done after its check failed', async () => {
    await close('alert')
    await render()
    await review(JON, 'approved')
    const [done = ''] = /done[^|]*closed by hand[^|]*/.exec(report()) ?? []
    one.world.store.open(incident()).append({
      type: 'action.checked',
      data: { action: 'alert', status: 'failed', preview: 'npm test', duration_ms: 5 },
    })
    await render()
    expect(await review(MARIA)).toMatchObject({ status: 'reviewed', missing: 0 })
    rewrite((text) => text.replace(/open, last check failed[^|]*/, done))
    await close('limit')
    await render()
    expect(report()).toContain(done)
    expect(await review(MARIA)).toMatchObject({ status: 'in_review', missing: 1 })
  })

  test('beside other news voids the approval, and the render says so', async () => {
    await review(JON, 'approved')
    await close('alert')
    one.world.store.open(incident()).append({ type: 'note.added', data: { text: 'a second wave' } })
    expect(await check()).toMatchObject({ exitCode: 9, json: { actions_only: false } })
    const { warnings } = await render()
    expect(warnings).toEqual([
      expect.stringMatching(/^approved by Jon Example as it was before/),
      NO_GIT,
    ])
    expect(await review(MARIA)).toMatchObject({ status: 'in_review', missing: 1 })
  })

  test('voids an approval of an older record, which is of one text alone', async () => {
    const { sha256 } = await reviewPostmortem(worldOf(MARIA), {
      incident: incident(),
      action: undefined,
      reason: undefined,
    })
    const data = { action: 'approved', sha256 } as const
    worldOf(JON).store.open(incident()).append({ type: 'postmortem.reviewed', data })
    expect((await review(MARIA)).status).toBe('reviewed')
    await close('alert')
    await render()
    expect(await review(MARIA)).toMatchObject({ status: 'in_review', missing: 1 })
  })
})
