/** A report that is approved by a second person, in a clone of their own. */
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { ReviewAction } from '../../../src/incident/report-events.ts'
import type { Journal } from '../../../src/ports/journal.ts'
import { openStore } from '../../../src/record/store.ts'
import { takeUp } from '../../../src/record/take-up.ts'
import { closeAction } from '../../../src/usecases/actions/close-action.ts'
import { verifyRecord } from '../../../src/usecases/audit/verify-record.ts'
import { addNote } from '../../../src/usecases/incident/add-note.ts'
import { renderPostmortem } from '../../../src/usecases/report/render-postmortem.ts'
import { reviewPostmortem } from '../../../src/usecases/report/review-postmortem.ts'
import { publishNow } from '../../../src/usecases/publish-now.ts'
import { syncRecord } from '../../../src/usecases/sync-record.ts'
import { takeInNews } from '../../../src/usecases/take-up.ts'
import {
  folderOf,
  GIT_ENV,
  MARIA,
  makePlace,
  note,
  record,
  shellIn,
  type Place,
} from '../../record/place.ts'

const JON = { name: 'Jon Example', email: 'jon@example.test', host: 'desk' }
const ADA = { name: 'Ada Example', email: 'ada@example.test', host: 'tower' }
const PACKAGE_ROOT = join(import.meta.dirname, '..', '..', '..')

const config = {
  push: true,
  review: { approvals: 1, require: ['approvals' as const] },
}

const folder = (): string => mkdtempSync(join(tmpdir(), 'hotwash-two-'))
const reportWorld = ({ world }: Place) => ({ ...world, packageRoot: PACKAGE_ROOT })
const review = (place: Place, action?: ReviewAction) =>
  reviewPostmortem(reportWorld(place), { incident: id, action, reason: undefined })

let origin = ''
let maria: Place
let id = ''
let journal: Journal

const clone = (actor: typeof MARIA, ...args: string[]): Place => {
  const root = folder()
  execFileSync('git', ['clone', '-q', ...args, origin, root], { env: GIT_ENV, stdio: 'ignore' })
  return makePlace({ root, actor, config })
}

/** As `hotwash sync` does. */
const sync = async (place: Place): Promise<string[]> => {
  const told = await takeInNews(place.world, id)
  await syncRecord(place.world, place.world.store.open(id))
  return told
}

const verified = async (place: Place) => {
  const [report] = await verifyRecord(place.world, id)
  return [report?.verified, report?.problems.map(({ message }) => message)]
}

/** Made once, and copied for each test. */
let made: { origin: string; root: string }

beforeAll(async () => {
  origin = folder()
  shellIn(origin)('git init -q --bare -b main')
  maria = makePlace({ actor: MARIA, config })
  maria.sh(`git remote add origin ${origin}; git push -q origin main`)
  journal = record(maria)
  id = journal.incident
  journal.append({ type: 'incident.resolved', data: {} })
  await renderPostmortem(reportWorld(maria), { incident: id })
  await review(maria, 'requested')
  made = { origin, root: maria.root }
})

const copyOf = (root: string): string => {
  const copy = folder()
  cpSync(root, copy, { recursive: true })
  return copy
}

beforeEach(() => {
  origin = copyOf(made.origin)
  maria = makePlace({ root: copyOf(made.root), actor: MARIA, config })
  maria.sh(`git remote set-url origin ${origin}`)
  journal = maria.world.store.open(id)
})

test('a second person approves in their own clone, and the first one closes', async () => {
  const jon = clone(JON)
  expect((await review(jon, 'approved')).review.status).toBe('reviewed')
  expect(await verified(jon)).toEqual([true, []])

  maria.sh('git fetch -q')
  expect(await verified(maria)).toEqual([true, []])
  expect(await sync(maria)).toEqual([])
  expect((await review(maria)).review.status).toBe('reviewed')
  expect((await review(maria, 'closed')).review.status).toBe('closed')
  expect(await verified(maria)).toEqual([true, []])

  jon.sh('git fetch -q')
  expect(await verified(jon)).toEqual([true, []])
  expect(await sync(jon)).toEqual([])
  expect((await review(jon)).review.status).toBe('closed')
  expect(await verified(jon)).toEqual([true, []])

  const third = clone(ADA)
  expect(await verified(third)).toEqual([true, []])
  third.sh(`git switch -q incident/${id}`)
  expect((await review(third)).review.status).toBe('closed')
  const [commits] = [third.sh(`git log --format=%B incident/${id}`)]
  const events = [...commits.matchAll(/^Event: (.*)$/gm)].map(([, name]) => name)
  expect(new Set(events).size).toBe(events.length)
})

test('the approval counts without sync where git brought it, when the review is closed', async () => {
  await review(clone(JON), 'approved')
  maria.sh('git fetch -q')
  expect((await review(maria, 'closed')).review.status).toBe('closed')
})

test('of a record that was merged and whose branch is gone, the review goes on from main', async () => {
  maria.sh(`git merge -q --no-ff -m merge incident/${id}; git push -q origin main`)
  maria.sh(`git push -q origin --delete incident/${id}`)
  const jon = clone(JON)
  await review(jon, 'approved')
  jon.sh(`git merge -q --ff-only incident/${id}; git push -q origin main`)
  maria.sh('git pull -q origin main')
  expect(await sync(maria)).toEqual([])
  expect((await review(maria, 'closed')).review.status).toBe('closed')
  expect(await verified(maria)).toEqual([true, []])
  expect(await verified(clone(ADA))).toEqual([true, []])
})

test('where the branch is checked out, sync commits what was decided', async () => {
  const jon = clone(JON)
  jon.sh(`git switch -q incident/${id}`)
  const approved = await review(jon, 'approved')
  expect(approved.record).toMatchObject({ uncommitted: 1, paused: expect.stringContaining('sync') })
  expect(await sync(jon)).toEqual([])
  expect(jon.sh('git status --porcelain')).toBe('')
  maria.sh('git fetch -q')
  await sync(maria)
  expect((await review(maria)).review.status).toBe('reviewed')
  note(maria.world.store.open(id), 'seen')
  await publishNow(maria.world, maria.world.store.open(id))
  expect(await takeInNews({ ...jon.world }, id)).toEqual([])
  jon.sh('git pull -q')
  expect(await sync(jon)).toEqual([])
  expect(jon.world.store.open(id).events().at(-1)?.data).toEqual({ text: 'seen' })
  expect(await verified(jon)).toEqual([true, []])
})

const ACTIONS = `actions:
  - { id: alert, title: Alert on failed logins, type: detect, owner: Jon Example }
  - { id: limit, title: Limit the pool, type: prevent, owner: Maria Example }
`

test('actions that are done in both clones at once keep the approval, once they are told', async () => {
  const render = () => renderPostmortem(reportWorld(maria), { incident: id })
  const close = (place: Place, action: string) =>
    closeAction(reportWorld(place), { incident: id, action, evidence: 'seen' })
  maria.sh(`git switch -q incident/${id}`)
  const file = join(maria.root, folderOf(id), 'postmortem.md')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^actions: null.*\n/m, ACTIONS))
  await render()
  await review(maria, 'requested')
  maria.sh('git add .; git commit -qm edited; git switch -q main')
  await sync(maria)

  const jon = clone(JON)
  await review(jon, 'approved')
  maria.sh('git fetch -q')
  await sync(maria)
  await close(jon, 'alert')
  await close(maria, 'limit')
  await render()
  expect((await review(maria)).review.status).toBe('reviewed')
  maria.sh('git fetch -q')
  await sync(maria)
  await render()
  expect((await review(maria)).review.status).toBe('reviewed')
  const report = maria.sh(`git show incident/${id}:${folderOf(id)}/postmortem.md`)
  expect(report.match(/^\| `(?:alert|limit)` .* done .*, closed by hand/gm)).toHaveLength(2)
  jon.sh('git fetch -q')
  await sync(jon)
  expect((await review(jon)).review.status).toBe('reviewed')
  expect(await verified(jon)).toEqual([true, []])
})

test('two people who approve at once both count', async () => {
  const jon = clone(JON)
  const ada = clone(ADA)
  await review(jon, 'approved')
  await review(ada, 'approved')
  maria.sh('git fetch -q')
  await sync(maria)
  expect((await review(maria)).review.approvals.map(({ by }) => by.name).sort()).toEqual([
    ADA.name,
    JON.name,
  ])
  expect(await verified(maria)).toEqual([true, []])
  for (const place of [jon, ada]) {
    place.sh('git fetch -q')
    await sync(place)
    expect((await review(place)).review.approvals).toHaveLength(2)
    expect(await verified(place)).toEqual([true, []])
  }
})

test('whoever asked for the review cannot approve it from another clone', async () => {
  await expect(review(clone({ ...MARIA, host: 'other' }), 'approved')).rejects.toMatchObject({
    code: 'WAITING',
  })
})

test('a run is not continued there, and nothing but the report is recorded', async () => {
  const jon = clone(JON)
  const { world } = jon
  await addNote(world, {
    text: 'from a clone',
    incident: id,
    at: undefined,
    source: undefined,
    step: undefined,
    corrects: undefined,
  }).catch(() => undefined)
  await review(jon, 'approved')
  expect(() => note(world.store.open(id), 'x')).toThrow(/came by git/)
  const writable = world.store.openForReport(id)
  expect(() => writable.append({ type: 'incident.resolved', data: {} })).toThrow(/this clone/)
  expect(note(writable, 'y').data).toEqual({ text: 'y' })
})

test.each(['work tree', 'commit'])(
  'a log that was changed in the %s is not continued',
  async (where) => {
    const jon = clone(JON, '-b', `incident/${id}`)
    const log = jon.sh(`ls incidents/*/${id}/log/*.jsonl`).trim()
    jon.sh(`sed -i 's/looks better/looks worse!/' ${log}`)
    if (where === 'commit') jon.sh('git commit -qam "better words"')
    await expect(review(jon, 'approved')).rejects.toMatchObject({ code: 'NOT_VERIFIED' })
    expect(existsSync(jon.world.store.journalFolder(id))).toBe(false)
  },
)

test('a report that was edited and not committed is not left behind', async () => {
  maria.sh(`git merge -q --no-ff -m merge incident/${id}; git push -q origin main`)
  const jon = clone(JON)
  appendFileSync(join(jon.root, jon.world.store.recordPath(id), 'postmortem.md'), 'more\n')
  await expect(review(jon, 'approved')).rejects.toMatchObject({ code: 'WAITING' })
  expect(jon.world.store.list()).toEqual([id])
})

test('what is pushed under another name cannot end the incident, or change what was taken in', async () => {
  const jon = clone(JON)
  await review(jon, 'approved')
  const { dir } = jon.world.store.openForReport(id)
  // Someone makes their journal say more than it may.
  const forger = openStore({ ...jon.world, actor: ADA })
  jon.sh(`rm ${dir}/local/taken-up`)
  forger.open(id).append({ type: 'incident.updated', data: { severity: 'SEV1' } })
  await publishNow(jon.world, forger.open(id))
  maria.sh('git fetch -q')
  const told = await sync(maria)
  expect(told.join()).toContain('incident.updated')
  expect(maria.world.store.open(id).state().severity).toBe('SEV2')
})

test('a crash before the end leaves no journal, and the next attempt makes it', async () => {
  const jon = clone(JON)
  const dir = jon.world.store.journalFolder(id)
  const context = {
    ...jon.world,
    repository: { root: jon.root, commonDir: join(jon.root, '.git') },
    journal: { incident: id, dir, actor: JON },
  }
  // What is left when the process is killed between the copy and the rename.
  jon.sh(
    `mkdir -p .git/hotwash/.taking-up-${id}.0badc0de/log; echo half > .git/hotwash/.taking-up-${id}.0badc0de/log/x.jsonl`,
  )
  expect(jon.world.store.list()).toEqual([])
  await Promise.all([takeUp(context), takeUp(context)])
  expect(readdirSync(join(dir, '..'))).toEqual([id])
  const [log = ''] = readdirSync(join(dir, 'log'))
  expect(readFileSync(join(dir, 'log', log))).toEqual(readFileSync(join(journal.dir, 'log', log)))
})
