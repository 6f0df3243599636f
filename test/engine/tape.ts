/** Runbooks, and the folded events of a run, in a few words. */
import type { Action, Mode } from '../../src/engine/walk/action.ts'
import type { IncidentEvent } from '../../src/incident/event.ts'
import { applyEvent, emptyState } from '../../src/incident/fold.ts'
import type { IncidentState, RunState } from '../../src/incident/state.ts'
import { Cel } from '../../src/runbook/deferred.ts'
import type { Runbook, Step } from '../../src/runbook/runbook.ts'

const place = { file: 'b.yaml', line: 1, column: 1 }
export const step = (id: string, more: Partial<Step> & { kind?: string } = {}): Step => {
  const { kind = 'run', ...fields } = more
  const body = { kind, effect: 'change', outputs: {}, place } as unknown as Step['body']
  return {
    id,
    name: id,
    description: undefined,
    refs: [],
    body,
    when: undefined,
    effect: 'change',
    confirm: undefined,
    check: undefined,
    rollback: undefined,
    idempotent: false,
    onFailure: 'stop',
    observe: false,
    findings: [],
    evidence: 'keep',
    tty: false,
    tags: [],
    within: undefined,
    always: false,
    place,
    ...fields,
  }
}
export const runbookOf = (steps: Step[], always: Step[] = []): Runbook =>
  ({ steps, always: always.map((one) => ({ ...one, always: true })) }) as unknown as Runbook

export const unattended: Mode = {
  interactive: false,
  guided: false,
  yes: false,
  progress: undefined,
  isGate: (kind) => ['ask', 'decide', 'approve', 'manual'].includes(kind),
}
export const atTerminal: Mode = { ...unattended, interactive: true, guided: true }

export class Tape {
  readonly state: IncidentState = emptyState('i')
  clock = 0
  constructor(runbook: Runbook, more: object = {}) {
    const steps = [...runbook.steps, ...runbook.always].map(({ id, body, always }) => ({
      id,
      kind: body.kind,
      name: id,
      always,
    }))
    this.add('run.started', { runbook: {}, inputs: {}, steps, ...more })
  }
  add(type: string, data: object, step?: string): this {
    this.clock += 1
    const event = { type, data, step, run: 'r', clock: this.clock, at: `t${this.clock}`, actor: {} }
    applyEvent(this.state, event as unknown as IncidentEvent)
    return this
  }
  get run(): RunState {
    return this.state.runs[0] as RunState
  }
}

const undo = { kind: 'run', preview: 'u' }
export const brief = (action: Action): string =>
  [action.do, 'step' in action ? action.step.id : '', 'status' in action ? action.status : '']
    .filter(Boolean)
    .join(' ')

export const failed = (id: string, more: object = {}): [string, object, string] => [
  'step.finished',
  { status: 'failed', reason: 'r', duration_ms: 1, outputs: {}, evidence: [], ...more },
  id,
]
export const done = (id: string, outputs = {}): [string, object, string] => [
  'step.finished',
  { status: 'succeeded', duration_ms: 1, outputs, evidence: [] },
  id,
]
export const started = (id: string): [string, object, string] => ['step.started', { undo }, id]
export const when = new Cel('true', 'none')
export const check = { kind: 'run' } as Step['body']
