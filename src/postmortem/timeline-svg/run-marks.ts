/**
 * What hotwash carried out, a lane for each run: attempts of steps, undos and waits as spans,
 * findings and skipped steps as points. A span whose clock went back keeps its measured length.
 */
import { describeEvent } from '../../incident/describe-event.ts'
import { durationInWords } from '../../incident/duration.ts'
import type { EventOf, IncidentEvent } from '../../incident/event.ts'
import { visibleLine } from '../../incident/visible.ts'
import type { Lane, Mark, Outcome } from './mark.ts'

/** Kinds whose whole work is to wait for a person: the wait is drawn, not the step around it. */
const GATES: ReadonlySet<string> = new Set(['manual', 'ask', 'decide', 'approve'])

const WAITS = /^(?:gate|pause)/

type Run = { lane: Lane; open: Map<string, Mark> }

export const runMarks = (events: readonly IncidentEvent[]): Lane[] => {
  const runs = new Map<string, Run>()
  let last = 0
  for (const event of events) {
    last = Math.max(last, Date.parse(event.at))
    if (event.run === undefined) continue
    if (event.type === 'run.started') runs.set(event.run, newRun(event, event.run))
    const run = runs.get(event.run)
    if (run !== undefined) record(run, event)
  }
  for (const { open } of runs.values())
    for (const mark of open.values())
      Object.assign(mark, { open: true, to: Math.max(last, mark.from) })
  return [...runs.values()].map(({ lane }) => lane)
}

const newRun = ({ data }: EventOf<'run.started'>, id: string): Run => {
  const what = data.rehearsal === true ? 'rehearsal' : 'run'
  const name = visibleLine(`${what}: ${data.runbook.name}`)
  return { lane: { key: `run ${id}`, name, kind: 'run', marks: [] }, open: new Map() }
}

const record = (run: Run, event: IncidentEvent): void => {
  const at = Date.parse(event.at)
  const step = visibleLine(event.step ?? '')
  const add = (mark: Omit<Mark, 'lane' | 'clock' | 'from' | 'to' | 'says'>): Mark => {
    const whole = { ...mark, lane: run.lane.key, from: at, to: at, clock: event.clock }
    const made = { ...whole, says: describeEvent(event) }
    run.lane.marks.push(made)
    return made
  }
  const begin = (key: string, mark: Parameters<typeof add>[0]): void =>
    void run.open.set(key, add(mark))
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what else there is has no mark in this lane
  switch (event.type) {
    case 'step.started':
      if (GATES.has(event.data.kind)) return
      return begin(keyOf('step', event), {
        shape: 'step',
        outcome: 'not ended',
        label: (event.attempt ?? 1) > 1 ? `${step} (attempt ${event.attempt})` : step,
      })
    case 'undo.started':
      return begin(keyOf('undo', event), {
        shape: 'undo',
        outcome: 'not ended',
        label: `undo of ${step}`,
      })
    case 'step.finished':
      return endOf(run, keyOf('step', event), { event, at, data: event.data })
    case 'undo.finished':
      return endOf(run, keyOf('undo', event), { event, at, data: event.data })
    case 'gate.opened':
      return begin(`gate ${event.step}`, {
        shape: 'wait',
        outcome: 'waiting',
        label: `${event.data.gate} ${step}`,
      })
    case 'gate.answered':
      return answered(run, event, at)
    case 'run.paused':
      return begin('pause', { shape: 'wait', outcome: 'waiting', label: 'paused' })
    case 'run.resumed':
      return endWait(run, 'pause', { at, says: describeEvent(event) })
    case 'step.skipped':
      return void add({ shape: 'step', outcome: 'skipped', label: step })
    case 'finding.made':
      return void add({ shape: 'finding', label: findingLabel(event.data) })
    case 'run.finished': {
      // Nobody waits any more at what the run left behind.
      for (const key of [...run.open.keys()].filter((key) => WAITS.test(key)))
        endWait(run, key, { at, says: describeEvent(event) })
      const { status } = event.data
      const label = `run ${status.replace('_', ' ')}`
      if (status === 'rolled_back') return void add({ shape: 'end', label })
      const outcome = status === 'succeeded' ? 'succeeded' : 'failed'
      return void add({ shape: 'end', outcome, label })
    }
    default:
      return
  }
}

const keyOf = (what: string, { step, attempt }: IncidentEvent): string =>
  JSON.stringify([what, step, what === 'step' ? (attempt ?? 1) : 1])

type Ended = {
  event: IncidentEvent
  at: number
  data: EventOf<'step.finished'>['data'] | EventOf<'undo.finished'>['data']
}

const OUTCOMES: Record<Ended['data']['status'], Outcome> = {
  succeeded: 'succeeded',
  failed: 'failed',
  unknown: 'unknown',
}

const endOf = (run: Run, key: string, { event, at, data }: Ended): void => {
  const mark = run.open.get(key)
  run.open.delete(key)
  if (mark === undefined) return
  mark.to = at >= mark.from ? at : mark.from + data.duration_ms
  mark.took = data.duration_ms
  mark.outcome = 'skipped' in data ? 'skipped' : OUTCOMES[data.status]
  mark.says = describeEvent(event)
}

const answered = (run: Run, event: IncidentEvent, at: number): void =>
  endWait(run, `gate ${event.step}`, { at, says: describeEvent(event) })

const endWait = (run: Run, key: string, { at, says }: { at: number; says: string }): void => {
  const mark = run.open.get(key)
  if (mark === undefined) return
  run.open.delete(key)
  mark.to = Math.max(at, mark.from)
  mark.says = `${mark.says} After ${durationInWords(mark.to - mark.from)}: ${says}`
}

const findingLabel = ({ says, confidence }: EventOf<'finding.made'>['data']): string =>
  visibleLine(confidence === undefined ? says : `${confidence}: ${says}`)
