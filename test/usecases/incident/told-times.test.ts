/** Times that people tell, during the incident and after it: how well, where from, and corrected. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { HotwashError } from '../../../src/errors.ts'
import { addNote, type NoteRequest } from '../../../src/usecases/incident/add-note.ts'
import { declareIncident } from '../../../src/usecases/incident/declare-incident.ts'
import { closeIncident, resolveIncident } from '../../../src/usecases/incident/end-incident.ts'
import {
  updateIncident,
  type UpdateRequest,
} from '../../../src/usecases/incident/update-incident.ts'
import { incidentOnDisk, isolateGit, type OnDisk } from '../../postmortem/incident-on-disk.ts'

const NOW = Date.parse('2026-11-21T14:30:30.000Z')

beforeAll(isolateGit)
let one: OnDisk
beforeEach(async () => {
  one = await incidentOnDisk(
    [{ type: 'incident.declared', data: { title: 'Login fails', severity: 'SEV2' } }],
    { repository: false },
  )
})
afterEach(() => one.remove())

/** As another command sees it. */
const journal = () => one.world.store.open(one.journal.incident)

const world = () => ({ ...one.world, clock: { ...one.world.clock, now: () => NOW } })
const NOTHING: UpdateRequest = {
  incident: undefined,
  status: undefined,
  at: undefined,
  title: undefined,
  severity: undefined,
  detectedAt: undefined,
  impactStart: undefined,
  source: undefined,
  reason: undefined,
}
const update = (given: Partial<UpdateRequest>) => updateIncident(world(), { ...NOTHING, ...given })
const resolve = (at?: string, source?: string) =>
  resolveIncident(world(), { incident: undefined, at, source, reason: undefined })
const note = (given: Partial<NoteRequest>) =>
  addNote(world(), {
    text: 'pool is full',
    incident: undefined,
    at: undefined,
    source: undefined,
    step: undefined,
    corrects: undefined,
    ...given,
  })
const last = () => journal().events().at(-1)
const refused = async (act: Promise<unknown>): Promise<HotwashError> => {
  const error = await act.then(
    () => undefined,
    (problem: unknown) => problem,
  )
  expect(error).toBeInstanceOf(HotwashError)
  return error as HotwashError
}

describe('update', () => {
  test('records how well each time is known, and where from', async () => {
    await update({
      status: 'mitigated',
      at: '14:20:10',
      detectedAt: '14:05',
      impactStart: '~13:50',
      source: ' load balancer log ',
    })
    expect(last()?.data).toEqual({
      status: 'mitigated',
      effective_at: '2026-11-21T14:20:10.000Z',
      detected_at: '2026-11-21T14:05:00.000Z',
      impact_start: '2026-11-21T13:50:00.000Z',
      precisions: { detected_at: 'minute', impact_start: 'about' },
      source: 'load balancer log',
    })
  })

  test('takes times of an incident that is over, without its name', async () => {
    await resolve()
    await closeIncident(world(), { incident: undefined, reason: undefined })
    expect(await update({ detectedAt: '14:05' })).toMatchObject({ status: 'closed' })
    expect(await update({ status: 'acknowledged', at: '14:07' })).toMatchObject({
      status: 'closed',
    })
    expect(journal().state()).toMatchObject({
      status: 'closed',
      detectedAt: '2026-11-21T14:05:00.000Z',
      acknowledgedAt: '2026-11-21T14:07:00.000Z',
    })
  })

  test('says at once which two times contradict each other', async () => {
    await update({ impactStart: '14:00:00', source: 'load balancer log' })
    const { contradictions } = await update({ detectedAt: '13:30', source: 'pager' })
    expect(contradictions).toEqual([
      'the detection (2026-11-21 13:30 UTC, from "pager", event 3) is recorded as earlier than the impact start (2026-11-21 14:00:00 UTC, from "load balancer log", event 2)',
    ])
    expect((await update({ detectedAt: '14:01' })).contradictions).toEqual([])
  })

  test('never takes a drill for the incident that was meant', async () => {
    await resolve()
    const drill = one.world.store.create({ title: 'Drill' })
    drill.append({
      type: 'incident.declared',
      data: { title: 'Drill', severity: 'SEV2', drill: true },
    })
    drill.append({ type: 'incident.resolved', data: {} })
    expect(await update({ impactStart: '13:50' })).toMatchObject({ incident: one.journal.incident })
  })

  test.each<[string, Partial<UpdateRequest>, RegExp]>([
    ['a time that is none', { impactStart: 'soon' }, /--impact-start soon: not a time/],
    ['the future', { detectedAt: '~15:00' }, /--detected-at ~15:00: that is in the future/],
    ['a source of nothing', { source: 'pager' }, /--source says where a time is known from/],
    ['an empty source', { detectedAt: '14:05', source: '  ' }, /--source is one line/],
    ['a source of two lines', { detectedAt: '14:05', source: 'a\nb' }, /--source is one line/],
    ['a time without its status', { at: '14:05' }, /--at .*needs --status/],
    ['nothing', {}, /nothing to update/],
  ])('refuses %s, and records nothing', async (_, given, says) => {
    const error = await refused(update(given))
    expect([error.code, error.message]).toEqual(['USAGE', expect.stringMatching(says)])
    expect(error.hint ?? '').not.toContain('undefined')
    expect(journal().events()).toHaveLength(1)
  })

  test('wants the time of a status that was reached before the end', async () => {
    await resolve()
    const { incident } = one.journal
    expect((await refused(update({ incident, status: 'mitigated' }))).message).toMatch(
      /is over: say when it was mitigated/,
    )
    expect((await refused(update({ severity: 'SEV1' }))).message).toMatch(/no open incident/)
  })
})

test('declare records how well its times are known', async () => {
  await declareIncident(world(), {
    title: 'x',
    severity: 'SEV2',
    detectedAt: undefined,
    impactStart: '~13:50',
    source: 'support',
  })
  const declared = world().store.open(world().store.list().at(-1) ?? '')
  expect(declared.events().at(-1)?.data).toEqual({
    impact_start: '2026-11-21T13:50:00.000Z',
    precisions: { impact_start: 'about' },
    source: 'support',
  })
})

describe('resolve', () => {
  test('with a time corrects an end that was recorded, once', async () => {
    expect(await resolve()).toMatchObject({ already: false, corrected: undefined })
    expect(await resolve()).toMatchObject({ already: true })
    expect(await resolve('~14:10', 'chat')).toMatchObject({
      already: false,
      corrected: { to: 'about 2026-11-21 14:10 UTC' },
    })
    expect(await resolve('~14:10', 'chat')).toMatchObject({ already: true })
    expect(await resolve('14:10', 'chat')).toMatchObject({
      corrected: { from: 'about 2026-11-21 14:10 UTC', to: '2026-11-21 14:10 UTC' },
    })
    expect(
      journal()
        .events()
        .filter(({ type }) => type === 'incident.resolved'),
    ).toHaveLength(3)
  })

  test('corrects the end of a closed incident, which stays closed', async () => {
    await resolve()
    await closeIncident(world(), { incident: undefined, reason: undefined })
    expect(await resolve('14:10')).toMatchObject({ status: 'closed', already: false })
  })

  test('refuses a source without a time', async () => {
    expect((await refused(resolve(undefined, 'chat'))).code).toBe('USAGE')
  })
})

describe('note', () => {
  test('says by which mark it is corrected, and corrects', async () => {
    const { mark } = await note({ at: '14:05', source: 'chat' })
    expect(mark).toBe('e2')
    expect(last()?.data).toMatchObject({ precision: 'minute', source: 'chat' })
    await note({ text: 'pool was at 98 of 100', corrects: '[^e2]' })
    expect(last()?.data).toEqual({ text: 'pool was at 98 of 100', corrects: 'e2' })
  })

  test('is corrected in its time alone, and goes on saying what it says now', async () => {
    const { mark } = await note({ at: '14:05' })
    await note({ text: 'pool was at 98 of 100', corrects: mark })
    await note({ text: undefined, at: '~13:50', corrects: mark })
    expect(last()?.data).toMatchObject({
      text: 'pool was at 98 of 100',
      precision: 'about',
      corrects: mark,
    })
    expect((await refused(note({ text: undefined, corrects: mark }))).message).toBe(
      'say what happened',
    )
  })

  test.each([
    ['e9', /^--corrects e9: there is no such event$/, /^notes: e2 pool is full$/],
    ['e1', /that is incident.declared, and only notes/, /e2 pool is full/],
    ['pool', /there is no such event/, /e2/],
    ['', /there is no such event/, /e2/],
  ])('refuses to correct "%s", and says what there is', async (corrects, says, hint) => {
    await note({})
    const error = await refused(note({ text: 'x', corrects }))
    expect(error.code).toBe('USAGE')
    expect(error.message).toMatch(says)
    expect(error.hint).toMatch(hint)
    expect(journal().events()).toHaveLength(2)
  })

  test('says that there is no note to correct', async () => {
    expect((await refused(note({ corrects: 'e1' }))).hint).toBe('this incident has no notes yet')
  })

  test('wants words', async () => {
    expect((await refused(note({ text: undefined }))).hint).toContain('--from FILE')
    expect((await refused(note({ text: ' ' }))).message).toBe('the note is empty')
  })
})
