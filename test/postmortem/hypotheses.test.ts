import { expect, test } from 'vitest'
import { foldEvents } from '../../src/incident/fold.ts'
import { buildView, type ViewModel } from '../../src/postmortem/view.ts'
import { makeEvents, type TestDraft } from '../events.ts'

const declared: TestDraft = {
  type: 'incident.declared',
  data: { title: 'Signup fails', severity: 'SEV2' },
}

type Made = Extract<TestDraft, { type: 'finding.made' }>['data']

const made = (step: string, data: Made): TestDraft => ({
  type: 'finding.made',
  run: 'r1',
  step,
  data,
})

const viewOf = (...drafts: TestDraft[]): ViewModel => {
  const events = makeEvents([declared, ...drafts])
  return buildView({
    events,
    state: foldEvents('i', events),
    readEvidence: () => undefined,
    tool: 'hotwash test',
    template: 't',
  })
}

const CACHE = 'a stale byte-code cache'
const ENV = 'another .env file wins'

test('a confirmed or likely finding supports a cause, and each is cited', () => {
  const { causes, also_found, footnotes } = viewOf(
    made('config', { says: 'backend/.env wins', confidence: 'confirmed', category: 'config' }),
    made('schema', { says: 'no column', confidence: 'likely', hypothesis: ENV }),
    made('guess', { says: 'maybe the pool', confidence: 'possible' }),
    made('look', { says: 'logins: 0 of 16' }),
  )
  expect(causes).toEqual([
    { says: `**${ENV}**: no column`, how: 'likely', category: '', cites: '[^e3]' },
  ])
  expect(also_found).toEqual([
    { says: 'backend/.env wins', how: 'confirmed', category: 'config', cites: '[^e2]' },
  ])
  expect(footnotes.join('\n')).toContain('step `config`')
})

test('where no claim is supported, what is confirmed without one is the cause', () => {
  const { causes, also_found } = viewOf(
    made('config', { says: 'backend/.env wins', confidence: 'confirmed' }),
  )
  expect([causes.map(({ says }) => says), also_found]).toEqual([['backend/.env wins'], []])
})

test('guesses and plain observations make no cause', () => {
  const { causes, findings } = viewOf(
    made('guess', { says: 'maybe the pool', confidence: 'possible', hypothesis: 'the pool' }),
    made('look', { says: 'logins: 0 of 16' }),
  )
  expect(causes).toEqual([])
  expect(findings.map(({ says, how }) => `${says} ${how}`)).toEqual([
    '**the pool**: maybe the pool possible',
    'logins: 0 of 16 observed',
  ])
})

test('findings are grouped by claim, with what speaks for it and against it', () => {
  const view = viewOf(
    made('age', { says: 'no cache is older', confidence: 'rejected', hypothesis: CACHE }),
    made('config', { says: 'backend/.env wins', confidence: 'likely', hypothesis: ENV }),
    made('purge', { says: 'still broken without it', confidence: 'rejected', hypothesis: CACHE }),
    made('pool', { says: '3 of 5 used', confidence: 'possible', hypothesis: 'the pool' }),
  )
  expect(view.hypotheses.map(({ claim, state }) => [claim, state])).toEqual([
    [ENV, 'likely'],
    ['the pool', 'open: nothing confirms it'],
    [CACHE, 'dropped'],
  ])
  expect(view.hypotheses[2]?.evidence).toMatchObject([
    { side: 'against', says: 'no cache is older', step: '`age`', cites: '[^e2]' },
    { side: 'against', says: 'still broken without it', step: '`purge`', cites: '[^e4]' },
  ])
  expect(view.dropped.map(({ says }) => says)).toEqual([
    `**${CACHE}**: no cache is older; still broken without it`,
  ])
})

test('a claim with evidence on both sides is disputed: neither a cause nor dropped', () => {
  const view = viewOf(
    made('age', { says: 'an old cache is there', confidence: 'likely', hypothesis: CACHE }),
    made('purge', { says: 'still broken without it', confidence: 'rejected', hypothesis: CACHE }),
  )
  expect(view.causes).toEqual([])
  expect(view.dropped).toEqual([])
  expect(view.hypotheses[0]?.state).toContain('disputed')
  expect(view.hypotheses[0]?.evidence.map(({ side }) => side)).toEqual(['for', 'against'])
})

test('the same finding of several attempts is told once, with every source', () => {
  const twice = made('probe', { says: 'the pool is closed', confidence: 'likely' })
  const { causes, findings } = viewOf(twice, twice, made('other', twice.data as Made))
  expect(causes.map(({ cites }) => cites)).toEqual(['[^e2][^e3]', '[^e4]'])
  expect(findings).toHaveLength(2)
})
