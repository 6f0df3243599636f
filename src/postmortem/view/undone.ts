/** What was undone, why, and what was not. */
import { durationInWords } from '../../incident/duration.ts'
import type { EventOf, IncidentEvent } from '../../incident/event.ts'
import type { RunState, StepState, UndoStatus } from '../../incident/state.ts'
import { code, say, NONE, NOTHING, text, type Markdown } from './markdown.ts'
import { isType, type Material } from './material.ts'

export type Undone = {
  why: Markdown[]
  rows: { step: Markdown; undo: Markdown; outcome: Markdown; took: Markdown; cites: Markdown }[]
}

const WORDS = {
  pending: say`**not undone**`,
  running: say`running`,
  succeeded: say`undone`,
  failed: say`**failed**`,
  unknown: say`**unknown**`,
  skipped: say`**skipped**`,
} as const satisfies Record<UndoStatus, Markdown>

/** undefined where nobody and nothing asked for an undo: then the report has no such section. */
export const undone = (material: Material, run: RunState): Undone | undefined => {
  const events = material.eventsOfRun(run)
  const requests = events.filter((event) => isType(event, 'rollback.requested'))
  const began = events.some((event) => event.type.startsWith('undo.'))
  if (requests.length === 0 && !began) return undefined
  const ledger = [...run.steps.values()]
    .filter((step) => step.undo !== undefined)
    .sort((a, b) => (b.undo?.order ?? 0) - (a.undo?.order ?? 0))
  return {
    why: requests.map((event) => {
      const { reason, to } = event.data
      const downTo = to === undefined ? NOTHING : say` down to step ${code(to)}`
      return say`Rollback${downTo}: ${text(reason.replace(/[.\s]+$/, ''))}. ${material.citations.cite(event)}`
    }),
    rows: ledger.map((step) => row(material, run, step)),
  }
}

const row = (material: Material, run: RunState, step: StepState): Undone['rows'][number] => {
  const about = material.eventsOfStep(run, step).filter(isAboutUndo)
  const tookMs = lastUndo(about)?.data.duration_ms
  return {
    step: code(step.id),
    undo: code(step.undo?.preview ?? ''),
    outcome: undoneWord(step, about),
    took: tookMs === undefined ? NONE : text(durationInWords(tookMs)),
    cites: material.citations.cite(...about),
  }
}

const isAboutUndo = (event: IncidentEvent): boolean =>
  event.type.startsWith('undo.') || (event.type === 'step.settled' && event.data.undo === true)

/** How the undo ended, the last time that it was tried. */
export const lastUndo = (
  events: readonly IncidentEvent[],
): (IncidentEvent & EventOf<'undo.finished'>) | undefined =>
  events.filter((event) => isType(event, 'undo.finished')).at(-1)

/** `undone`, `undone by hand`, `**failed**: exit code 1`. */
export const undoneWord = (step: StepState, events: readonly IncidentEvent[]): Markdown => {
  const word =
    lastUndo(events)?.data.by === 'hand'
      ? say`undone by hand`
      : WORDS[step.undo?.status ?? 'pending']
  const reason = step.undo?.reason
  return reason === undefined ? word : say`${word}: ${text(reason)}`
}
