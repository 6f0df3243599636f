/** The command to type now, by how an incident and its run stand. */
import { ledger, isUndone } from '../engine/walk/ledger.ts'
import type { IncidentState, RunState, StepState } from '../incident/state.ts'

/** `run`: as seen, without a live process it is not running. undefined: nothing is to be typed. */
export function nextCommand(
  state: IncidentState,
  run: RunState | undefined = state.runs.at(-1),
): string | undefined {
  const { id, status, drill } = state
  if (status === 'closed' || run?.status === 'running') return undefined
  const unfinished = run === undefined ? undefined : toFinish(id, run)
  if (unfinished !== undefined) return unfinished
  if (drill) return `hotwash show ${id}`
  if (status === 'resolved') return nextForReport(state)
  return status === 'mitigated' || run?.status === 'succeeded'
    ? `hotwash resolve ${id}`
    : `hotwash run RUNBOOK --incident ${id}`
}

function toFinish(incident: string, run: RunState): string | undefined {
  switch (run.status) {
    case 'waiting':
      return atGate(incident, run)
    case 'paused':
    case 'unknown':
      return `hotwash resume ${incident}`
    case 'failed':
    case 'stopped':
      return ledger(run).some((entry) => !isUndone(entry))
        ? `hotwash rollback ${incident}`
        : undefined
    case 'running':
    case 'succeeded':
    case 'rolled_back':
      return undefined
  }
}

/** Of an incident that is over. */
export const nextForReport = ({ id, reported, reviews, lastClock }: IncidentState): string => {
  if (reported === undefined) return `hotwash postmortem draft ${id}`
  const isKnown = reviews > 0 || reported === lastClock
  return `hotwash postmortem ${isKnown ? 'review' : 'render'} ${id}`
}

function atGate(incident: string, run: RunState): string {
  const waiting = [...run.steps.values()].find((step) => step.gate !== undefined)
  const answered = waiting !== undefined && isAnswered(waiting)
  if (waiting?.gate === undefined || answered) return `hotwash resume ${incident}`
  const about = `${incident} ${waiting.id}`
  switch (waiting.gate.gate) {
    case 'approve':
      return `hotwash approve ${about} --reason "…"`
    case 'decide': {
      const { options } = waiting.gate.accepts as { options?: Record<string, string> }
      return `hotwash answer ${about} --choose ${Object.keys(options ?? {}).join('|')}`
    }
    case 'ask': {
      const { values } = waiting.gate.accepts as { values?: Record<string, { secret?: boolean }> }
      // A secret is never stored, so that only the run's own terminal can take it.
      if (Object.values(values ?? {}).some((value) => value?.secret === true)) {
        return `hotwash resume ${incident}`
      }
      const given = Object.keys(values ?? {}).map((name) => `--value ${name}=…`)
      return `hotwash answer ${about} ${given.join(' ')}`
    }
    case 'manual':
      return `hotwash answer ${about} --done --evidence "…"`
    case 'confirm':
      return `hotwash resume ${incident} --yes`
  }
}

const isAnswered = ({ gate, answers }: StepState): boolean =>
  gate !== undefined &&
  gate.gate !== 'approve' &&
  answers.some((answer) => answer.digest === gate.digest && answer.clock > gate.clock)
