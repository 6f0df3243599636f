/** What the steps of a run were for, by what they did and when. */
import { expect, it } from 'vitest'
import { foldEvents } from '../../src/incident/fold.ts'
import { sha256 } from '../../src/runbook/digest.ts'
import { buildView } from '../../src/postmortem/view.ts'
import { makeEvents, type TestDraft } from '../events.ts'

type Kind = { kind: string; preview: string; undo?: string }

const ran = (id: string, { kind, preview, undo }: Kind): TestDraft[] => [
  {
    type: 'step.started',
    run: 'r1',
    step: id,
    attempt: 1,
    data: {
      kind,
      name: id,
      effect: 'change',
      preview,
      digest: sha256(id),
      timeout_ms: 1000,
      ...(undo !== undefined && { undo: { kind: 'sql', preview: undo } }),
    },
  },
  {
    type: 'step.finished',
    run: 'r1',
    step: id,
    attempt: 1,
    data: { status: 'succeeded', duration_ms: 5 },
  },
]

const runOf = (steps: Record<string, Kind>) => {
  const events = makeEvents([
    { type: 'incident.declared', data: { title: 'Sign-up fails', severity: 'SEV2' } },
    {
      type: 'run.started',
      run: 'r1',
      data: {
        runbook: { name: 'Sign-up', path: 'sign-up', sha256: sha256('r') },
        inputs: {},
        guided: false,
        yes: true,
        steps: Object.entries(steps).map(([id, { kind }]) => ({
          id,
          kind,
          name: id,
          always: false,
        })),
      },
    },
    ...Object.entries(steps).flatMap(([id, step]) => ran(id, step)),
    { type: 'run.finished', run: 'r1', data: { status: 'succeeded' } },
  ] as TestDraft[])
  const view = buildView({
    events,
    state: foldEvents('i', events),
    readEvidence: () => undefined,
    tool: 't',
    template: 't',
  })
  return view.runs[0]
}

const idsOf = (rows: readonly { step: string }[] = []): string[] =>
  rows.map(({ step }) => step.replaceAll('`', ''))

const DELETE = 'delete from users where email like $1'

it('a request after a fix tries what users do; what takes its account away again is no fix', () => {
  const run = runOf({
    fix: { kind: 'run', preview: './use first' },
    sign_up: { kind: 'http', preview: 'POST /signup', undo: `${DELETE}\n$1 = "a%"` },
    tidy: { kind: 'sql', preview: `${DELETE}\n$1 = "b%"` },
  })
  expect(idsOf(run?.fixes)).toEqual(['fix'])
  expect(idsOf(run?.proofs)).toEqual(['sign_up'])
  // It is changed all the same, and nothing takes it back.
  expect(idsOf(run?.no_way_back)).toEqual(['fix', 'tidy'])
  expect(run?.changes.map(({ step }) => step)).toEqual(['`fix`', '`sign_up`', '`tidy`'])
})

it('a request that comes first is the fix, and a statement that nothing else holds is one, too', () => {
  const run = runOf({
    flag: { kind: 'http', preview: 'PUT /flags/login' },
    repair: { kind: 'sql', preview: 'update users set role = $1' },
  })
  expect(idsOf(run?.fixes)).toEqual(['flag', 'repair'])
})
