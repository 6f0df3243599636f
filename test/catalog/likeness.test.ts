import { expect, test } from 'vitest'
import { bagLine, bagOf, bagOfText, type Bag } from '../../src/catalog/bag.ts'
import { likeTo } from '../../src/catalog/likeness.ts'
import { similarTo } from '../../src/catalog/similar.ts'
import { summarize } from '../../src/catalog/summary.ts'
import { foldEvents } from '../../src/incident/fold.ts'
import { makeEvents } from '../events.ts'
import { CORPUS, QUESTIONS } from './corpus.ts'

const records = new Map(
  CORPUS.map(({ id, events }) => [id, { events, state: foldEvents(id, events), head: undefined }]),
)
const bags = new Map(
  [...records].map(([id, record]) => [id, bagOf({ ...record, report: undefined })]),
)
const lines = [...bags].map(([id, bag]) => [id, bagLine(bag)] as const)
const incidents = {
  bags: () => lines,
  summaryOf: (id: string) => summarize(records.get(id) ?? never()),
}

const never = (): never => {
  throw new Error('no such incident')
}

const similar = (asked: Bag, except?: string) => similarTo(asked, incidents, { most: 3, except })

/** How many of the first three are of the family, over all that were asked. */
const precision = (found: readonly { ids: string[]; family: string }[]): number =>
  found.flatMap(({ ids, family }) => ids.slice(0, 3).filter((id) => id.includes(family))).length /
  (3 * found.length)

test('the first incident is of the right family for each of 16 questions, and 3 of 4 of the first three are', () => {
  const found = QUESTIONS.map(([question, family]) => ({
    ids: likeTo(bagOfText(question), lines).map(({ id }) => id),
    family,
    question,
  }))
  const missed = found.filter(({ ids, family }) => ids[0]?.includes(family) !== true)
  expect(missed.map(({ question }) => question)).toEqual([])
  expect(precision(found)).toBeGreaterThanOrEqual(0.75)
})

test('of an incident the others of its family come first, in most of forty', () => {
  const found = CORPUS.map(({ id, family }) => ({
    ids: likeTo(bags.get(id) ?? never(), lines)
      .map((alike) => alike.id)
      .filter((other) => other !== id),
    family,
  }))
  expect(precision(found)).toBeGreaterThanOrEqual(0.6)
})

test.each([
  'flurble wobnix zanth',
  'the and of it',
  '',
  'pizza for lunch on friday',
  'new coffee machine in the office kitchen',
])('nothing is like "%s"', (question) => {
  expect(similar(bagOfText(question))).toEqual([])
})

test('a hit says why: shared words by their weight, and what the records have in common', () => {
  const [first] = similar(bagOfText('connection pool exhausted', 'runbooks/connection-pool.yaml'))
  expect(first?.incident.id).toContain('pool')
  expect(first?.words.map(({ word }) => word).toSorted()).toEqual([
    'connection',
    'exhausted',
    'pool',
  ])
  expect(first?.common).toEqual([{ kind: 'runbook', value: 'runbooks/connection-pool.yaml' }])
  const parts = first?.words.map(({ part }) => part) ?? []
  expect(parts).toEqual(parts.toSorted((a, b) => b - a))
  expect(first?.score).toBeLessThanOrEqual(1)
})

test('an incident is not like itself, and a drill is like none', () => {
  const { id, events } = CORPUS[0] ?? never()
  const drill = events.map((event) =>
    event.type === 'incident.declared'
      ? { ...event, data: { ...event.data, drill: true as const } }
      : event,
  )
  const isDrill = { events: drill, state: foldEvents(id, drill), head: undefined }
  const asked = bags.get(id) ?? never()
  expect(similar(asked, id).map((one) => one.incident.id)).not.toContain(id)
  const withDrill = {
    bags: () => lines,
    summaryOf: (one: string) => (one === id ? summarize(isDrill) : incidents.summaryOf(one)),
  }
  const found = similarTo(asked, withDrill, { most: 40, except: undefined })
  expect(found.map((one) => one.incident.id)).not.toContain(id)
})

test('what was rejected, masked, or a row of a table does not make incidents alike', () => {
  const events = makeEvents([
    { type: 'incident.declared', data: { title: 'Something', severity: 'SEV3' } },
    { type: 'note.added', data: { text: 'the key is [masked:pool_secret]' } },
    {
      type: 'finding.made',
      data: { says: 'dns is broken', confidence: 'rejected', hypothesis: 'dns' },
    },
  ])
  const report =
    '---\nhotwash: 1\n---\n# Report\n\n| certificate | expired |\n\nPeople wrote this.\n'
  const bag = bagOf({ events, state: foldEvents('x', events), head: undefined, report })
  for (const word of ['dns', 'pool', 'mask', 'certificat', 'hotwash'])
    expect([...bag.keys()]).not.toContain(word)
  expect([...bag.keys()]).toContain('peopl')
})

test('with one earlier incident only, the next one of the same kind is like it', () => {
  const ofTitle = (title: string): Bag =>
    bagOf({
      events: [],
      state: { ...foldEvents('x', []), title },
      head: undefined,
      report: undefined,
    })
  const first = [
    ['first', bagLine(ofTitle('Login answers 500 while the health check is green'))],
  ] as const
  const [found] = likeTo(bagOfText('Login answers 500 for everybody'), first)
  expect(found?.score).toBeGreaterThan(0.4)
  expect(found?.covered).toBeGreaterThan(0.5)
  expect(likeTo(bagOfText('Certificate expired'), first)).toEqual([])
})
