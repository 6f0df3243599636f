import { appendFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Answer, EventDraft } from '../../../src/incident/event.ts'
import type { Journal } from '../../../src/ports/journal.ts'
import { digestOfLine } from '../../../src/record/journal/chain.ts'
import { encodeEvent } from '../../../src/record/journal/codec.ts'
import { openStore } from '../../../src/record/store.ts'
import { verifyFolder } from '../../../src/record/verify/verify.ts'
import { linesOf, logPath, makePlace, MARIA, note, type Place } from '../place.ts'

const OMAR = { name: 'Omar Example', email: 'omar@example.test', host: 'desk' }
const INES = { name: 'Ines Example', email: 'ines@example.test', host: 'desk' }
const DIGEST = 'a'.repeat(64)

/** The journal of the same incident as another person writes it. */
const as = (place: Place, journal: Journal, actor: typeof MARIA): Journal =>
  openStore({ ...place.world, actor }).open(journal.incident)

type Approving = { rule?: object; expiresInMs?: number; answers: [typeof MARIA, Answer, string?][] }

/** A run by Maria whose only step asks for an approval, is answered, and ends. */
function approving({ rule, expiresInMs = 60_000, answers }: Approving): Journal {
  const place = makePlace({ git: false })
  const journal = place.world.store.create({ title: 'Approval' })
  const about = { run: 'r1', step: 'ok' } as const
  journal.append({ type: 'incident.declared', data: { title: 'Approval', severity: 'SEV2' } })
  journal.append({
    type: 'run.started',
    run: 'r1',
    data: {
      runbook: { name: 'demo', path: 'demo.yaml', sha256: journal.putRunbook('name: demo\n') },
      inputs: {},
      guided: false,
      yes: true,
      steps: [{ id: 'ok', kind: 'approve', name: 'ok', always: false }],
    },
  })
  const accepts = { approve: 'boolean', by: ['oncall'], count: 1, reason: 'optional', ...rule }
  const expires_at = new Date(Date.now() + expiresInMs).toISOString()
  const data = { gate: 'approve' as const, question: 'Go on?', digest: DIGEST, accepts, expires_at }
  journal.append({ ...about, type: 'gate.opened', data })
  for (const [actor, answer, digest = DIGEST] of answers) {
    const given = { gate: 'approve' as const, digest, answer }
    as(place, journal, actor).append({ ...about, type: 'gate.answered', data: given })
  }
  journal.append({ ...about, type: 'step.finished', data: { status: 'succeeded', duration_ms: 1 } })
  return journal
}

const APPROVED: Answer = { approve: true, reason: 'fine' }
const verdict = (journal: Journal) => verifyFolder(journal.dir, journal.incident)

test('an approval by another, for this content and in time, verifies', async () => {
  expect(await verdict(approving({ answers: [[OMAR, APPROVED]] }))).toMatchObject({
    verified: true,
    problems: [],
    notes: [],
  })
  const two = approving({
    rule: { count: 2 },
    answers: [
      [OMAR, APPROVED],
      [INES, APPROVED],
    ],
  })
  expect((await verdict(two)).problems).toEqual([])
})

test.each<[string, Approving, RegExp]>([
  ['was given by the one who asked', { answers: [[MARIA, APPROVED]] }, /come from others/],
  ['nobody gave', { answers: [] }, /nobody of oncall/],
  ['is for another content', { answers: [[OMAR, APPROVED, 'b'.repeat(64)]] }, /what was approved/],
  ['came too late', { expiresInMs: -1000, answers: [[OMAR, APPROVED]] }, /answered after/],
  [
    'one person gave twice where two have to',
    {
      rule: { count: 2 },
      answers: [
        [OMAR, APPROVED],
        [OMAR, APPROVED],
      ],
    },
    /1 of 2/,
  ],
  ['was rejected', { answers: [[OMAR, { approve: false, reason: 'no' }]] }, /rejected/],
  [
    'is by an address that was not named',
    { rule: { by: [INES.email] }, answers: [[OMAR, APPROVED]] },
    /not in/,
  ],
  [
    'has no reason where one is due',
    { rule: { reason: 'required' }, answers: [[OMAR, { approve: true }]] },
    /reason/,
  ],
])('a step that went on with an approval that %s is found', async (_, given, says) => {
  const journal = approving(given)
  const last = journal.state().runs[0]?.steps.get('ok')
  expect(last?.status).toBe('succeeded')
  const { verified, problems } = await verdict(journal)
  expect(verified).toBe(false)
  const seq = 3 + given.answers.filter(([actor]) => actor === MARIA).length
  expect(problems).toMatchObject([
    {
      code: 'approval',
      seq,
      writer: expect.stringMatching(/^maria@/),
      message: expect.stringMatching(says),
    },
  ])
})

test('broken glass is a deviation that is said, and no problem', async () => {
  const answer = { approve: true, break_glass: true, reason: 'nobody is awake' }
  const report = await verdict(approving({ answers: [[MARIA, answer]] }))
  expect(report.verified).toBe(true)
  expect(report.notes.join()).toMatch(
    /^event maria@\S+#4 \(event \d+ of the timeline\): deviation: Maria Example .* nobody is awake/,
  )
})

test('a step that never asked for its approval is found', async () => {
  const journal = approving({ answers: [[OMAR, APPROVED]] })
  const again: EventDraft = {
    type: 'step.finished',
    run: 'r1',
    step: 'ok',
    data: { status: 'succeeded', duration_ms: 1 },
  }
  journal.append(again)
  expect((await verdict(journal)).problems).toMatchObject([
    { code: 'approval', message: expect.stringContaining('no approval was asked for') },
  ])
})

/** Chained well, and written without the journal's sync per event. */
function appendMany(journal: Journal, count: number, odd: { at: number; data: object }): void {
  const path = logPath(journal)
  const last = journal.events().at(-1)
  if (last === undefined) throw new Error('no event')
  let prev = digestOfLine(`${linesOf(path).at(-1)}\n`)
  const lines: string[] = []
  for (let n = 1; n <= count; n += 1) {
    const [seq, clock] = [last.seq + n, last.clock + n]
    const data = seq === odd.at ? odd.data : last.data
    const line = encodeEvent({ ...last, seq, clock, prev, data } as never)
    prev = digestOfLine(line)
    lines.push(line)
  }
  appendFileSync(path, lines.join(''))
}

test.each([
  [6_000, 5_500, 1],
  [101_000, 99_999, 1],
  [101_000, 100_500, 0],
])(
  'of %i events, a wrong field of event %i is found %i times',
  async (count, at, times) => {
    const place = makePlace({ git: false })
    const journal = place.world.store.create({ title: 'Long' })
    note(journal, 'short')
    appendMany(journal, count, { at, data: { text: 5 } })
    expect(statSync(logPath(journal)).size).toBeGreaterThan(1 << 20)
    const { problems, notes } = await verdict(journal)
    const found = times === 1 ? [['bad_schema', at]] : []
    const said = count > 100_000 ? /the first 100000 events/ : /^$/
    expect(problems.map(({ code, seq }) => [code, seq])).toEqual(found)
    expect(notes.join()).toMatch(said)
  },
  30_000,
)
