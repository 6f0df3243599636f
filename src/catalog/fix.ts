/**
 * What ended an incident, as far as its record knows: the steps of the last run that succeeded which
 * changed something. Where no run did, the improvised commands that came last before it was over:
 * whether one of them helped, nobody recorded.
 */
import type { IncidentEvent } from '../incident/event.ts'
import { intervalOf, momentsOf } from '../incident/moments.ts'
import { shellQuoted } from '../incident/shell-quoted.ts'
import type { IncidentState, RunState, StepState } from '../incident/state.ts'
import { clip, visibleLine } from '../incident/visible.ts'

type FixStep = { id: string; name: string; kind: string }

export type Fix = {
  /** undefined: no runbook did it. */
  runbook: { name: string; path: string } | undefined
  steps: FixStep[]
  /** What was typed last before it was over, where no runbook ended it. */
  commands: string[]
}

/** They change something, and nothing that users feel. */
const NO_CURE: ReadonlySet<string> = new Set(['backup', 'notify', 'login', 'snapshot'])
/** Whatever their arguments are, they only look. */
const ONLY_LOOK: ReadonlySet<string> = new Set(
  `cat df dig du echo free grep egrep head host id ls lsof nslookup pgrep ping ps pwd stat tail uname
   uptime vmstat w wc which who whoami`.split(/\s+/),
)
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

function commandsOf(events: readonly IncidentEvent[]): string[] {
  const typed = events.flatMap(({ type, at, data }) =>
    type === 'command.recorded' && data.exit_code === 0 && !onlyLooks(data.argv)
      ? [{ at: Date.parse(at), argv: data.argv }]
      : [],
  )
  if (typed.length === 0) return []
  const { mitigated, resolved } = momentsOf(events)
  const over = mitigated.at(-1) ?? resolved.at(-1)
  if (over === undefined) return []
  const until = intervalOf(over).to
  return typed
    .filter(({ at }) => at <= until)
    .slice(-MOST_COMMANDS)
    .map(({ argv }) => clip(visibleLine(shellQuoted(argv)), COMMAND_CHARACTERS))
}

const onlyLooks = ([program = '']: readonly string[]): boolean =>
  ONLY_LOOK.has(program.slice(program.lastIndexOf('/') + 1))
