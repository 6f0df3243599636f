import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { asSeen } from '../../src/incident/as-seen.ts'
import { EVENT_TYPES, type IncidentEvent } from '../../src/incident/event.ts'
import { FIRST_PREV } from '../../src/incident/format.ts'
import { applyEvent, emptyState, foldEvents } from '../../src/incident/fold.ts'

const DIGEST = 'a'.repeat(64)
const STEPS = ['one', 'two', 'after']
const data: Record<string, object[]> = {
  'incident.declared': [{ title: 'Logins fail', severity: 'SEV2' }],
  'incident.updated': [
    { status: 'mitigated', effective_at: '2026-01-01T00:00:00.000Z' },
    { severity: 'SEV1' },
  ],
  'incident.resolved': [{}],
  'incident.closed': [{}],
  'note.added': [{ text: 'hm' }],
  'command.recorded': [{ argv: ['ls'], duration_ms: 1, evidence: [] }],
  'run.started': [
    {
      runbook: { name: 'b', path: 'b.yaml', sha256: DIGEST },
      inputs: { a: 1 },
      guided: false,
      yes: false,
      steps: STEPS.map((id) => ({ id, kind: 'run', name: id, always: id === 'after' })),
    },
  ],
  'run.paused': [
    { why: 'operator', reason: 'r' },
    { why: 'unknown_step', reason: 'r' },
  ],
  'run.resumed': [
    { runbook: { name: 'b', path: 'b.yaml', sha256: DIGEST }, guided: false, yes: true },
  ],
  'run.finished': [{ status: 'succeeded' }, { status: 'rolled_back', reason: 'r' }],
  'input.changed': [{ name: 'a', value: 2, was: 1 }],
  'step.started': [
    { kind: 'run', name: 'n', effect: 'change', preview: 'p', digest: DIGEST, timeout_ms: 1 },
    {
      kind: 'run',
      name: 'n',
      effect: 'change',
      preview: 'p',
      digest: DIGEST,
      timeout_ms: null,
      undo: { kind: 'run', preview: 'u' },
    },
  ],
  'step.finished': [
    { status: 'succeeded', duration_ms: 1, evidence: [], outputs: { x: 1 } },
    { status: 'failed', reason: 'r', duration_ms: 1, evidence: [], outputs: {}, retry_in_ms: 5 },
  ],
  'step.skipped': [{ reason: 'r', by: 'when' }],
  'step.settled': [
    { as: 'done', how: 'hand' },
    { as: 'not_done', how: 'check', undo: true },
  ],
  'gate.opened': [{ gate: 'ask', question: 'q', digest: DIGEST, accepts: {} }],
  'gate.answered': [{ gate: 'ask', digest: DIGEST, answer: { done: true } }],
  'undo.started': [{ kind: 'run', preview: 'u', digest: DIGEST }],
  'undo.finished': [
    { status: 'failed', reason: 'r', duration_ms: 1, evidence: [] },
    { status: 'succeeded', duration_ms: 1, evidence: [] },
  ],
  'rollback.requested': [{ reason: 'r' }, { reason: 'r', to: 'two' }],
  'finding.made': [{ says: 's' }, { says: 's', category: 'auth', confidence: 'likely' }],
  'postmortem.rendered': [{ path: 'p', template: 't', sha256: DIGEST }],
  'postmortem.reviewed': [{ action: 'requested', sha256: DIGEST }],
  'postmortem.published': [
    { template: 'public', source: DIGEST, files: [{ path: 'p', sha256: DIGEST, bytes: 1 }] },
  ],
  'postmortem.imported': [{ file: 'f', evidence: [], placed: 1, unplaced: 0 }],
  'action.checked': [
    { action: 'a', status: 'passed', preview: 'p', duration_ms: 1, evidence: [] },
    { action: 'a', status: 'failed', preview: 'p', duration_ms: 1, evidence: [] },
  ],
  'action.closed': [{ action: 'a', evidence: 'seen' }],
  'action.synced': [{ action: 'a', to: 'github', state: 'open' }],
  'log.recovered': [{ log: 'l', at_byte: 0, quarantined_bytes: 1, file: 'f' }],
}

const draft = fc
  .record({
    type: fc.constantFrom(...EVENT_TYPES),
    pick: fc.nat(1),
    step: fc.constantFrom(...STEPS, 'stranger', undefined),
    run: fc.constantFrom('r1', 'r1', 'r1', 'r2', undefined),
  })
  .map(({ type, pick, step, run }) => {
    const choices = data[type] ?? [{}]
    return { type, data: choices[pick % choices.length], step, run }
  })

const events = fc.array(draft, { maxLength: 60 }).map((drafts) =>
  drafts.map(
    (one, index) =>
      ({
        v: 1,
        seq: index,
        clock: index + 1,
        at: '2026-01-01T00:00:00.000Z',
        mono_ms: index,
        boot: 'b',
        incident: 'i',
        actor: { name: 'Maria', email: 'maria@example.test', host: 'h' },
        tool: 't',
        prev: FIRST_PREV,
        ...structuredClone(one),
      }) as unknown as IncidentEvent,
  ),
)

test('every type of event is in the generator', () => {
  expect(Object.keys(data).toSorted()).toEqual([...EVENT_TYPES].toSorted())
})

test('the fold never throws on any order of valid events, and is deterministic', () => {
  fc.assert(
    fc.property(events, (all) => {
      expect(foldEvents('i', all)).toEqual(foldEvents('i', all))
    }),
  )
})

test('folding on from any prefix equals folding everything', () => {
  fc.assert(
    fc.property(events, fc.nat(60), (all, cut) => {
      const state = foldEvents('i', all.slice(0, cut))
      for (const event of all.slice(cut)) applyEvent(state, event)
      expect(state).toEqual(foldEvents('i', all))
    }),
  )
})

test('events are not changed by folding them', () => {
  fc.assert(
    fc.property(events, (all) => {
      const before = structuredClone(all)
      foldEvents('i', all)
      expect(all).toEqual(before)
    }),
  )
})

test('a run without a live process is never seen as running, and the state itself is untouched', () => {
  fc.assert(
    fc.property(events, (all) => {
      const state = foldEvents('i', all)
      const before = structuredClone(state)
      const seen = asSeen(state, false)
      expect(seen.runs.map((run) => run.status)).not.toContain('running')
      for (const run of seen.runs.filter((one, index) => one !== state.runs[index])) {
        expect([...run.steps.values()].map((step) => step.status)).not.toContain('running')
      }
      expect(state).toEqual(before)
      expect(asSeen(state, true)).toBe(state)
    }),
  )
})

test('the undo keeps the values from before its step, whatever happens later', () => {
  const state = emptyState('i')
  const base = { clock: 1, at: '2026-01-01T00:00:00.000Z', run: 'r1', actor: { name: 'M' } }
  const apply = (type: string, pick: number, step?: string): void =>
    applyEvent(state, { ...base, type, step, data: data[type]?.[pick] } as unknown as IncidentEvent)
  apply('run.started', 0)
  apply('step.started', 0, 'one')
  apply('step.finished', 0, 'one')
  apply('step.started', 1, 'two')
  apply('input.changed', 0)
  apply('step.finished', 1, 'one')
  apply('step.started', 1, 'two')
  expect(state.runs[0]?.steps.get('two')?.undo?.scope).toMatchObject({
    inputs: { a: 1 },
    outputs: { one: { x: 1 } },
  })
})
