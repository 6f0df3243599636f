/** The timeline, and one paragraph per run that says how it ended and why. */
import { durationInWords, momentInWords } from '../../incident/duration.ts'
import type { IncidentEvent } from '../../incident/event.ts'
import type { RunState } from '../../incident/state.ts'
import { momentsOf, type MomentName } from '../../incident/moments.ts'
import { timelineWithEvents } from '../../incident/timeline.ts'
import { failedNumbers, failureSays } from './failures.ts'
import { code, join, say, NOTHING, text, type Markdown } from './markdown.ts'
import { isType, type Material } from './material.ts'
import { lastFinish } from './steps.ts'

export type TimelineRow = { at: Markdown; actor: Markdown; says: Markdown; cites: Markdown }

/** A start whose end is told says nothing more: the end names the duration. */
const ENDS = { 'step.started': 'step.finished', 'undo.started': 'undo.finished' } as const

/** A row with the event that it is about. */
export type ToldRow = { row: TimelineRow; event: IncidentEvent }

export const toldRows = (material: Material): ToldRow[] => {
  const { events, citations } = material
  const ended = new Set(
    events
      .filter(({ type }) => type === 'step.finished' || type === 'undo.finished')
      .map((event) => keyOf(event, event.type)),
  )
  const told = ({ event }: { event: IncidentEvent }): boolean =>
    (event.type !== 'step.started' && event.type !== 'undo.started') ||
    !ended.has(keyOf(event, ENDS[event.type]))
  const late = momentRows(material)
  const rows: ToldRow[] = []
  for (const { row, event, corrections } of timelineWithEvents(events).filter(told)) {
    const ms = Date.parse(row.at)
    for (let next = late[0]; next !== undefined && next.ms < ms; next = late[0]) {
      rows.push(next)
      late.shift()
    }
    const who = row.told_by === undefined ? NOTHING : say` (told by ${text(row.told_by)})`
    const recorded =
      // Who pasted a chat told all of its rows at once: their footnotes say when.
      row.recorded_at === undefined || (event.type === 'note.added' && event.data.by !== undefined)
        ? NOTHING
        : say` (recorded ${text(momentInWords(row.recorded_at))})`
    rows.push({
      event,
      row: {
        at: text(momentInWords(row.at, row.precision).replace(' UTC', '')),
        actor: say`${text(row.actor)}${who}`,
        says: say`${text(row.text)}${recorded}`,
        cites: citations.cite(event, ...corrections),
      },
    })
  }
  return [...rows, ...late]
}

const BEGAN = {
  impact_start: say`**The impact began.**`,
  detected: say`**It was detected.**`,
} as const satisfies Partial<Record<MomentName, Markdown>>

/**
 * The log tells when somebody said when the impact began; a reader looks for it where it was. The
 * row of the telling stays where it is.
 */
const momentRows = ({ events, citations }: Material): (ToldRow & { ms: number })[] => {
  const moments = momentsOf(events)
  const found = Object.entries(BEGAN).flatMap(([name, says]) => {
    const last = moments[name as MomentName].at(-1)
    if (last === undefined) return []
    const { event, at, precision, source } = last
    const row = {
      at: text(momentInWords(at, precision).replace(' UTC', '')),
      actor: source === undefined ? text(event.actor.name || event.actor.email) : text(source),
      says,
      cites: citations.cite(event),
    }
    return [{ ms: Date.parse(at), event, row }]
  })
  return found.sort((a, b) => a.ms - b.ms)
}

/** What happened before the impact began; where nobody said when, before it was declared. */
export const leadup = ({ state }: Material, told: readonly ToldRow[]): TimelineRow[] => {
  const until = Date.parse(state.impactStart ?? state.declaredAt)
  return told
    .filter(({ event }) => event.type === 'note.added' && event.data.effective_at !== undefined)
    .filter(
      ({ event }) =>
        event.type === 'note.added' && Date.parse(event.data.effective_at ?? '') < until,
    )
    .map(({ row }) => row)
}

const keyOf = (event: IncidentEvent, type: string): string =>
  JSON.stringify([event.run, event.step, event.attempt, type])

const ENDED = {
  running: say`is still running`,
  waiting: say`waits for a person`,
  paused: say`is **paused**`,
  succeeded: say`succeeded`,
  failed: say`**failed**`,
  rolled_back: say`was **rolled back**`,
  stopped: say`was **stopped**`,
  unknown: say`is **unknown**: hotwash ended during it`,
} as const satisfies Record<RunState['status'], Markdown>

/** Runs of one runbook are told apart; one that is called as the incident is goes by its file. */
export const nameOfRun = (
  { state }: Material,
  run: RunState,
  named: (name: Markdown) => Markdown = (name) => name,
): Markdown => {
  const { name, path } = run.runbook
  const shown = name === state.title ? code(path) : named(text(name))
  const same = state.runs.filter(({ runbook }) => runbook.name === name)
  return same.length === 1 ? shown : say`${shown}, run ${same.indexOf(run) + 1}`
}

/** How a run ended, when, and why: for a failed one the failed steps, with the numbers. */
export const outcomeOfRun = (material: Material, run: RunState): Markdown => {
  const failures = run.status === 'succeeded' ? [] : failed(material, run)
  const told = isToldBelow(material, run) ? { ...run, reason: undefined } : run
  return join([endOfRun(material, told), ...failures, ...undoneSteps(run)], ' ')
}

/** `2 of 12 checks failed` as the reason of the run: the sentence of the step says so, and which. */
const isToldBelow = (material: Material, run: RunState): boolean =>
  [...run.steps.values()].some((step) => {
    const finished = lastFinish(material.eventsOfStep(run, step))
    if (finished?.data.status === undefined || finished.data.status === 'succeeded') return false
    const prefix = `step ${step.id} failed`
    if (run.reason?.startsWith(prefix) !== true) return false
    const short = run.reason.slice(prefix.length).replace(/^: |[.\s]+$/g, '')
    const { reason } = finished.data
    return short === '' || (reason?.startsWith(short) === true && !run.reason.includes(reason))
  })

/** The same in one sentence, for pages that show the steps below it. */
export const endOfRun = (material: Material, run: RunState): Markdown => {
  const events = material.eventsOfRun(run)
  const cited = (event: IncidentEvent | undefined): Markdown =>
    event === undefined ? NOTHING : material.citations.cite(event)
  const started = events.find((event) => event.type === 'run.started')
  const ended = events.findLast(
    (event) => isType(event, 'run.finished') || isType(event, 'run.paused'),
  )
  const took =
    run.endedAt === undefined
      ? NOTHING
      : say` after ${text(durationInWords(Date.parse(run.endedAt) - Date.parse(run.startedAt)))}`
  const why =
    run.reason === undefined || run.status === 'succeeded' || run.status === 'unknown'
      ? NOTHING
      : say`: ${text(run.reason.replace(/[.\s]+$/, ''))}`
  const what = run.rehearsal ? say`rehearsal` : say`run`
  const start = say`The ${what} of ${nameOfRun(material, run, (name) => say`"${name}"`)} started ${text(momentInWords(run.startedAt))} ${cited(started)}`
  return join([start, say`and ${ENDED[run.status]}${took}${why}.`, cited(ended)], ' ')
}

/** The undo table below says the rest; here only what came out. */
const undoneSteps = (run: RunState): Markdown[] => {
  const began = [...run.steps.values()].some(
    ({ undo }) => undo !== undefined && undo.status !== 'pending',
  )
  if (!began) return []
  const named = (undone: boolean): Markdown[] =>
    [...run.steps.values()].flatMap(({ id, undo }) =>
      undo !== undefined && (undo.status === 'succeeded') === undone ? [code(id)] : [],
    )
  const list = (label: Markdown, steps: readonly Markdown[]): Markdown[] =>
    steps.length === 0 ? [] : [say`${label}: ${join(steps, ', ')}.`]
  return [...list(say`Undone`, named(true)), ...list(say`**Not undone**`, named(false))]
}

/** A run's own reason often quotes its failed step: then only the numbers and the source are added. */
const failed = (material: Material, run: RunState): Markdown[] =>
  [...run.steps.values()].flatMap((step) => {
    const finished = lastFinish(material.eventsOfStep(run, step))
    if (finished === undefined || finished.data.status === 'succeeded') return []
    const { reason } = finished.data
    const told = reason !== undefined && run.reason?.includes(reason) === true
    if (!told) return [failureSays(material, step.id, finished)]
    const numbers = failedNumbers(finished)
    const list = numbers === NOTHING ? NOTHING : say`In step ${code(step.id)}, ${numbers}.`
    return [join([list, material.citations.cite(finished)], ' ')]
  })
