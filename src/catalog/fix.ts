/**
 * What ended an incident, as far as its record knows: the steps of the last run that succeeded which
 * changed something. Where no run did, the improvised commands that succeeded, said as that.
 */
import type { IncidentEvent } from '../incident/event.ts'
import { shellQuoted } from '../incident/shell-quoted.ts'
import type { IncidentState, RunState, StepState } from '../incident/state.ts'
import { clip, visibleLine } from '../incident/visible.ts'

type FixStep = { id: string; name: string; kind: string }

export type Fix = {
  /** undefined: no runbook did it. */
  runbook: { name: string; path: string } | undefined
  steps: FixStep[]
  /** What was typed instead of a runbook. */
  commands: string[]
}

/** They change something, and nothing that users feel. */
const NO_CURE: ReadonlySet<string> = new Set(['backup', 'notify', 'login', 'snapshot'])
const MOST_STEPS = 12
const MOST_COMMANDS = 5
const COMMAND_CHARACTERS = 200

export function fixOf(events: readonly IncidentEvent[], state: IncidentState): Fix | undefined {
  const changes = new Set<string>()
  for (const { type, run, step, data } of events) {
    if (type === 'step.started' && data.effect !== 'read') changes.add(JSON.stringify([run, step]))
  }
  for (const run of state.runs.toReversed()) {
    if (run.status !== 'succeeded' || run.rehearsal) continue
    const steps = stepsOf(run, changes)
    if (steps.length === 0) continue
    const { name, path } = run.runbook
    return { runbook: { name, path }, steps: steps.slice(0, MOST_STEPS), commands: [] }
  }
  const commands = commandsOf(events)
  return commands.length === 0 ? undefined : { runbook: undefined, steps: [], commands }
}

/** What a person was told to do counts where the run itself changed nothing. */
function stepsOf(run: RunState, changes: ReadonlySet<string>): FixStep[] {
  const done = [...run.steps.values()].filter(
    ({ status, always, group }) => status === 'succeeded' && !always && group === undefined,
  )
  const cures = done.filter(
    ({ id, kind }) => !NO_CURE.has(kind) && changes.has(JSON.stringify([run.id, id])),
  )
  const byHand = done.filter(({ kind }) => kind === 'manual')
  return (cures.length > 0 ? cures : byHand).map(({ id, name, kind }: StepState) => ({
    id,
    name,
    kind,
  }))
}

const commandsOf = (events: readonly IncidentEvent[]): string[] =>
  events
    .flatMap((event) =>
      event.type === 'command.recorded' && event.data.exit_code === 0
        ? [clip(visibleLine(shellQuoted(event.data.argv)), COMMAND_CHARACTERS)]
        : [],
    )
    .slice(-MOST_COMMANDS)
