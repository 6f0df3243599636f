import { expect, test } from 'vitest'
import { paragraphs, passagesOf, type Passage } from '../../src/catalog/passages.ts'
import { hitsIn, termsOf } from '../../src/catalog/search.ts'
import { foldEvents } from '../../src/incident/fold.ts'
import { makeEvents } from '../events.ts'
import { cpuMs } from '../cpu-time.ts'

const note = (text: string): Passage => ({ in: 'timeline', at: 'e2', text })

const found = (query: string, ...texts: string[]): string[] | undefined =>
  hitsIn(texts.map(note), termsOf(query), 10)?.map(({ excerpt, marks }) =>
    marks.map(([from, to]) => excerpt.slice(from, to)).join('|'),
  )

test('a query is words, phrases and beginnings', () => {
  expect(termsOf('Pool "too many  connections" migrat*')).toEqual([
    { text: 'pool', open: false },
    { text: 'too many connections', open: false },
    { text: 'migrat', open: true },
  ])
  expect(termsOf('"never closed')).toEqual([{ text: 'never closed', open: false }])
  expect(termsOf(' "" * ??? ')).toEqual([])
  expect(termsOf('.*')).toEqual([])
})

test('words are whole words; a star lets letters follow', () => {
  expect(found('pool', 'the pool, carpools')).toEqual(['pool'])
  expect(found('pool', 'carpool pools')).toBeUndefined()
  expect(found('migrat*', 'the Migration of 42')).toEqual(['Migration'])
})

test('a phrase may go over the end of a line', () => {
  expect(found('"too many connections"', 'too many\nconnections')).toEqual([
    'too many\nconnections',
  ])
  expect(found('"many too"', 'too many')).toBeUndefined()
})

test('all terms must be in the incident, and the places that hold most of them come first', () => {
  expect(found('pool dns', 'pool', 'dns and pool', 'dns')?.[0]).toBe('dns|pool')
  expect(found('pool zork', 'pool')).toBeUndefined()
})

test('accents, case and what cannot be seen do not matter', () => {
  expect(found('zurich', 'Zürich is down')).toEqual(['Zürich'])
  expect(found('ZÜRICH', 'zurich')).toEqual(['zurich'])
  expect(found('password', 'pass\u200Bword')).toEqual(['pass\u200Bword'])
  expect(found('strasse', 'Straße')).toEqual(['Straße'])
})

test('scripts without blanks are searched inside', () => {
  expect(found('接続', 'データベース接続エラー')).toEqual(['接続'])
})

test('the name of a masked secret finds nothing, and is not marked beside what is found', () => {
  expect(found('db_password', 'key is [masked:db_password]')).toBeUndefined()
  expect(found('masked', 'key is [masked:db_password]')).toBeUndefined()
  expect(found('key', 'key is [masked:key]')).toEqual(['key'])
})

test('an excerpt begins near the first word and marks what is inside of it', () => {
  const text = `${'before '.repeat(40)}pool ${'after '.repeat(60)}pool`
  const [hit] = hitsIn([note(text)], termsOf('pool'), 1) ?? []
  expect(hit?.excerpt.length).toBeLessThan(170)
  expect(hit?.excerpt).toMatch(/^…before .*pool after.*…$/)
  expect(hit?.marks.map(([from, to]) => hit.excerpt.slice(from, to))).toEqual(['pool'])
})

test('overlapping terms are one mark', () => {
  expect(found('pool "pool exhausted"', 'pool exhausted')).toEqual(['pool exhausted'])
})

const REPORT = `---
hotwash: 1
---
# Report

The pool was
exhausted again. <!-- hidden words
over lines -->

| when | what |
| 10:00 | dns |

[^e4]: step \`fix\`, footnote.
`

test('a hit in a report names its line; comments and footnotes are not searched', () => {
  const passages = paragraphs(REPORT)
  const hit = hitsIn(passages, termsOf('exhausted'), 1)?.[0]
  expect(hit).toMatchObject({ at: 7, passage: { in: 'report', at: 6 } })
  expect(hitsIn(passages, termsOf('dns'), 1)?.[0]?.at).toBe(11)
  expect(hitsIn(passages, termsOf('hidden'), 1)).toBeUndefined()
  expect(hitsIn(passages, termsOf('footnote'), 1)).toBeUndefined()
  expect(hitsIn(passages, termsOf('hotwash'), 1)?.[0]?.at).toBe(2)
})

test('what a template asks for is found in no report, and what people answered is', () => {
  const asked = '# From people: what is not known yet stays null.\nimpact: null # the pool of users'
  const place = '> **To write:** was the pool exhausted?\n<!-- to-write: summary -->'
  const search = (text: string) => hitsIn(paragraphs(text), termsOf('pool'), 1)
  expect(search(`---\n${asked}\n---\n\n${place}\n`)).toBeUndefined()
  expect(search(`---\n${asked}\ntrigger: the pool\n---\n\n${place}\n`)?.[0]?.at).toBe(4)
})

test('titles, notes, findings and runbooks are passages with the mark of their event', () => {
  const events = makeEvents([
    { type: 'incident.declared', data: { title: 'Old title', severity: 'SEV3' } },
    { type: 'incident.updated', data: { title: 'New title' } },
    { type: 'note.added', data: { text: 'looked at the pool' } },
    {
      type: 'run.started',
      run: 'r1',
      data: {
        runbook: { name: 'Fix the pool', path: 'runbooks/pool.yaml', sha256: '0'.repeat(64) },
        inputs: {},
        guided: true,
        yes: false,
        steps: [{ id: 'restart', kind: 'run', name: 'Restart all', always: false }],
      },
    },
  ])
  const passages = passagesOf({ events, state: foldEvents('x', events), report: undefined })
  const at = (query: string): string[] =>
    hitsIn(passages, termsOf(query), 9)?.map((hit) => `${hit.passage.in} ${hit.at}`) ?? []
  expect(at('"old title"')).toEqual(['title e1'])
  expect(at('"new title"')).toEqual(['title e2', 'timeline e2'])
  expect(at('looked')).toEqual(['timeline e3'])
  expect(at('"restart all"')).toEqual(['runbook e4'])
  expect(at('pool.yaml')).toContain('runbook e4')
})

test('hostile text is searched in linear time', () => {
  const started = cpuMs()
  const hostile = '<!-- '.repeat(200_000)
  expect(paragraphs(hostile).length).toBeGreaterThan(0)
  hitsIn([note('a '.repeat(200_000))], termsOf('"a a a a a a a a b"'), 1)
  expect(cpuMs() - started).toBeLessThan(5_000)
})
