/**
 * A step, or its undo, whose end is not known. In order: is its process still at work; is the step
 * harmless to repeat; does its `check` say that it is done; what do the answers say; what does the
 * person say. With nobody to ask the run rests, as unknown.
 */
import { defined } from '../incident/defined.ts'
import type { Step } from '../runbook/runbook.ts'
import { addNote, ask, quit } from './gates/ask.ts'
import { cardOf } from './render/card.ts'
import type { LiveRun, Pause } from './live-run.ts'
import { stepState } from './live-run.ts'
import { stillRunning, whyNotYet } from './attempt/local-process.ts'
import { askCheck } from './attempt/probe.ts'
import { recordStep, say, show } from './record-step.ts'
import { refreshSecrets } from './attempt/attempt.ts'

type Unsettled = { undo: boolean; interrupted: boolean }

export async function settle(
  live: LiveRun,
  step: Step,
  { undo, interrupted }: Unsettled,
): Promise<Pause | undefined> {
  const about = { run: live.id, step: step.id, undo }
  const runningPid = stillRunning(live.journal, about, live.ports.process)
  let looked = ''
  if (runningPid === undefined && !undo) {
    if (interrupted && (step.idempotent || step.effect === 'read')) {
      return settled(live, step, { as: 'not_done', how: 'check', evidence: 'may be repeated' })
    }
    const probed = step.check && (await askCheck(live, step, step.check))
    if (probed?.is === 'met') {
      return settled(live, step, { as: 'done', how: 'check', evidence: probed.reason })
    }
    if (probed !== undefined) looked = `; its check does not say that it is done: ${probed.reason}`
  }
  const given = live.answers[step.id]
  if (given?.settle !== undefined && runningPid === undefined) {
    return settled(live, step, {
      as: given.settle,
      how: 'hand',
      undo,
      ...defined({ evidence: given.evidence }),
    })
  }
  const why = `${whyUnknown(live, step, { undo, interrupted, runningPid })}${looked}`
  if (!live.operator.interactive) {
    const { incident } = live.journal
    const answer = `; from any terminal: hotwash answer ${incident} ${step.id} --done, or --not-done, --evidence "…"`
    return quit('unknown_step', runningPid === undefined ? `${why}${answer}` : why)
  }
  return askToSettle(live, step, { undo, runningPid, why })
}

function whyUnknown(
  live: LiveRun,
  step: Step,
  at: Unsettled & { runningPid: number | undefined },
): string {
  const what = at.undo ? `the undo of step ${step.id}` : `step ${step.id}`
  if (at.runningPid !== undefined) return `${what} has not ended: ${whyNotYet(at.runningPid)}`
  if (at.interrupted) return `hotwash ended while ${what} was at work`
  return `it is not known whether ${what} had its effect: ${stepState(live, step.id).reason ?? ''}`
}

type Settled = { as: 'done' | 'not_done'; how: 'check' | 'hand'; evidence?: string; undo?: boolean }

async function settled(live: LiveRun, step: Step, data: Settled): Promise<undefined> {
  const { undo, ...rest } = data
  recordStep(live, step, {
    type: 'step.settled',
    data: undo === true ? { ...rest, undo: true } : rest,
  })
  live.progress = undefined
  await refreshSecrets(live, step)
  show(live, step, undo === true)
}

async function askToSettle(
  live: LiveRun,
  step: Step,
  at: { undo: boolean; runningPid: number | undefined; why: string },
): Promise<Pause | undefined> {
  // The attempt that is unknown, not the next one.
  const card = { ...cardOf(live, step), attempt: stepState(live, step.id).attempts }
  const probes = at.runningPid !== undefined || (step.check !== undefined && !at.undo)
  const reply = await ask(live, { type: 'settle', card, ...at, probes })
  switch (reply?.do) {
    case 'settle': {
      // Looked at again: it may have ended, or have been ended, while the question stood.
      const about = { run: live.id, step: step.id, undo: at.undo }
      const pid = stillRunning(live.journal, about, live.ports.process)
      if (pid !== undefined) return refuse(live, step.id, pid)
      return settled(live, step, {
        as: reply.as,
        how: 'hand',
        evidence: reply.evidence,
        undo: at.undo,
      })
    }
    case 'note':
      return addNote(live, step.id, reply.text)
    case 'quit':
      return quit('unknown_step', at.why)
    case 'probe':
    case undefined:
      // `probe`: the loop comes back here, and looks again.
      return undefined
  }
}

/** Whatever is said of it could still turn out wrong, and "not done" would run it beside itself. */
function refuse(live: LiveRun, step: string, pid: number): undefined {
  say(live, 'warning', `not accepted: step ${step} has not ended: ${whyNotYet(pid)}`)
}
