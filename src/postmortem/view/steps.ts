/** What each step of a run came to, and what the steps that change things did. */
import { durationInWords } from '../../incident/duration.ts'
import type { EventOf, IncidentEvent } from '../../incident/event.ts'
import type { RunState, StepState } from '../../incident/state.ts'
import { ownName, roundInWords } from '../../incident/step-title.ts'
import { mends } from './attempted.ts'
import { code, fence, say, NONE, text, type Markdown } from './markdown.ts'
import { isType, type Material } from './material.ts'

export type StepRow = {
  n: Markdown
  /** Its id, and its name where it has one. */
  step: Markdown
  kind: Markdown
  outcome: Markdown
  took: Markdown
  exit: Markdown
  attempts: Markdown
  cites: Markdown
}

export const lastFinish = (
  events: readonly IncidentEvent[],
): (IncidentEvent & EventOf<'step.finished'>) | undefined =>
  events.filter((event) => isType(event, 'step.finished')).at(-1)

export const stepRows = (material: Material, run: RunState): StepRow[] => {
  const ofRun = material.eventsOfRun(run)
  // Of a step that never began, the end of its run tells so.
  const told = ofRun.findLast(({ type }) => type === 'run.finished') ?? ofRun[0]
  return [...run.steps.values()].map((step, index) => {
    const events = material.eventsOfStep(run, step)
    const deciding = events.filter(decides)
    return {
      n: say`${index + 1}`,
      step: titleOf(run, step),
      kind: text(step.kind),
      outcome: outcomeOf(step, events),
      took: step.durationMs === undefined ? NONE : text(durationInWords(step.durationMs)),
      exit: step.signal
        ? text(step.signal)
        : step.exitCode === undefined
          ? NONE
          : say`${step.exitCode}`,
      attempts: step.attempts === 0 ? NONE : say`${step.attempts}`,
      cites: material.citations.cite(
        ...deciding,
        ...(deciding.length === 0 && told !== undefined ? [told] : []),
      ),
    }
  })
}

/** A member of a group says so: its row is like any other. */
function titleOf(run: RunState, step: StepState): Markdown {
  const name = ownName(step)
  const named = name === undefined ? code(step.id) : say`${code(step.id)} ${text(name)}`
  if (step.within === undefined) return named
  const round = roundInWords(run, step.id)
  const where = round === undefined ? say`` : say`, ${text(round)}`
  return say`${named} (in ${code(step.within)}${where})`
}

/** The events that make a step what it is; a gate's answers and an undo among them. */
const decides = (event: IncidentEvent): boolean =>
  event.type !== 'gate.opened' && event.type !== 'undo.started' && event.type !== 'note.added'

const WORDS = {
  pending: say`not run`,
  running: say`running`,
  waiting: say`waiting for a person`,
  succeeded: say`succeeded`,
  failed: say`**failed**`,
  skipped: say`skipped`,
  unknown: say`**unknown**`,
  rolled_back: say`rolled back`,
} as const satisfies Record<StepState['status'], Markdown>

export const outcomeOf = (step: StepState, events: readonly IncidentEvent[]): Markdown => {
  if (step.status === 'rolled_back') {
    const before = lastFinish(events)?.data.status
    return before === undefined ? WORDS.rolled_back : say`${WORDS[before]}, then rolled back`
  }
  if (step.status === 'succeeded' && step.by === 'hand') return say`done by hand`
  if (step.status === 'succeeded' && step.observed) return say`observed`
  if (step.status === 'pending' && events.some((event) => event.type === 'step.settled'))
    return say`settled as not done`
  return WORDS[step.status]
}

export type ChangeRow = { step: Markdown; effect: Markdown; cites: Markdown; did: Markdown }

/** Exactly what was done to what is broken: as rendered and logged before it ran. */
export const changes = (material: Material, run: RunState): ChangeRow[] =>
  [...run.steps.values()].flatMap((step) => {
    const started = material
      .eventsOfStep(run, step)
      .filter((event) => isType(event, 'step.started'))
      // A group does nothing itself: its steps tell what they did.
      .filter(({ data }) => data.group === undefined)
      .filter((event) => mends(step, event) && event.data.preview.trim() !== '')
    // Attempts of one step repeat the same text; another text is another fact.
    const previews = Map.groupBy(started, ({ data }) => data.preview)
    const round = roundInWords(run, step.id)
    const title = round === undefined ? code(step.id) : say`${code(step.id)}, ${text(round)},`
    return [...previews].map(([preview, events]) => ({
      step: title,
      effect: events[0]?.data.effect === 'destroy' ? say`destroys` : say`changes`,
      cites: material.citations.cite(...events),
      did: fence(preview),
    }))
  })
