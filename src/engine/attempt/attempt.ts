/**
 * One attempt of one step: render it and its undo, write both down durably, and only then act;
 * judge, keep what was seen, and write down how it ended. Why a step's signal fired is told by the
 * name of the signal's reason, see end-reason.ts.
 */
import { defined } from '../../incident/defined.ts'
import { clip } from '../../incident/visible.ts'
import type { Value } from '../../incident/value.ts'
import type { Step } from '../../runbook/runbook.ts'
import type { Outcome } from '../../steps/kind.ts'
import { aroundOf } from '../render/around.ts'
import { cardOf, renderRollback, renderStep } from '../render/card.ts'
import { endingOf, judge, keepEvidence, outputsOf, type Judged } from './ending.ts'
import { findingsOf, recordFindings, showFindings, type FindingsMade } from './findings.ts'
import { forgetProgress, stepState, type LiveRun } from '../live-run.ts'
import { trackChildren } from './local-process.ts'
import { recordStep, say, show } from '../record-step.ts'
import type { Ready } from '../render/render-body.ts'
import { retryDelayMs } from './retry.ts'
import { carryOut, judgeExpectation } from './run-body.ts'
import type { Work } from './step-context.ts'
import { stepSource } from '../render/step-source.ts'

export async function attemptStep(live: LiveRun, step: Step, attempt: number): Promise<void> {
  const rendering = renderStep(live, step)
  if (!rendering.ok) return failBefore(live, step, { attempt, reason: rendering.message })
  const undo = renderRollback(live, step)
  if (undo?.ok === false) {
    const reason = `its rollback cannot be rendered: ${undo.message}`
    return failBefore(live, step, { attempt, reason })
  }
  const { ready } = rendering
  if (!live.seriesStart.has(step.id)) live.seriesStart.set(step.id, attempt)
  recordStep(live, step, {
    attempt,
    type: 'step.started',
    data: {
      kind: step.body.kind,
      name: step.name,
      effect: step.effect,
      preview: ready.preview,
      digest: ready.digest,
      timeout_ms: ready.timeoutMs,
      ...(undo === undefined
        ? {}
        : {
            undo: {
              kind: undo.ready.body.kind,
              preview: undo.ready.preview,
              source: stepSource(step),
            },
          }),
      ...(step.observe ? { observe: true } : {}),
    },
  })
  await act(live, step, { ready, attempt, undo: undo?.ready.preview })
}

/** Nothing was begun: there is no step.started, and nothing to undo. */
export function failBefore(
  live: LiveRun,
  step: Step,
  { attempt, reason }: { attempt?: number; reason: string },
): void {
  recordStep(live, step, {
    type: 'step.finished',
    ...defined({ attempt }),
    data: { status: 'failed', reason: live.redactor.mask(reason), duration_ms: 0 },
  })
  forgetProgress(live, step)
  show(live, step)
}

type Acting = { ready: Ready; attempt: number; undo: string | undefined }

async function act(live: LiveRun, step: Step, { ready, attempt, undo }: Acting): Promise<void> {
  const card = { ...cardOf(live, step, { ready, undo }), attempt }
  live.operator.show({ type: 'started', card, undo: false })
  const about = { run: live.id, step: step.id, undo: false }
  const children = trackChildren({ journal: live.journal, port: live.ports.process }, about)
  const interruptible = live.interrupts.begin(card, children.kill)
  const work: Work = {
    step: step.id,
    attempt,
    tty: step.tty,
    observe: step.observe,
    signal: interruptible.signal,
    around: aroundOf(live, step),
    started: children.started,
  }
  const beganMono = live.ports.clock.mono()
  let found: FindingsMade
  try {
    const outcome = step.tty
      ? await live.operator.lend(() => carryOut(live, ready, work))
      : await carryOut(live, ready, work)
    const judged = step.observe
      ? observed(live, outcome)
      : await judge(live, ready, { outcome, work })
    const durationMs = Math.round(live.ports.clock.mono() - beganMono)
    found = finish(live, step, { outcome, judged, ready, work, durationMs })
  } finally {
    interruptible.end()
    children.over()
  }
  await refreshSecrets(live, step)
  show(live, step)
  showFindings(live, step, found)
}

/** A diagnosis succeeds if it could be carried out at all: what it saw is a finding. */
function observed(live: LiveRun, outcome: Outcome): Judged {
  if (outcome.ended !== 'completed') {
    return { status: 'failed', reason: live.redactor.mask(outcome.reason ?? outcome.ended) }
  }
  return { status: 'succeeded' }
}

type Finishing = {
  outcome: Outcome
  judged: Judged
  ready: Ready
  work: Work
  durationMs: number
}

function finish(live: LiveRun, step: Step, all: Finishing): FindingsMade {
  const { outcome, ready, work } = all
  const kept = keepEvidence(live, outcome, { ready, step })
  let { judged } = all
  let outputs = {}
  if (judged.status === 'succeeded') {
    const computed = outputsOf(live, { ready, step, outcome, work })
    if (!computed.ok) judged = { status: 'failed', reason: computed.message }
    else {
      outputs = computed.outputs
      kept.notes.push(...computed.notes)
    }
  }
  if (step.tty) kept.notes.push('the terminal was handed over: output was not captured')
  const found = findingsOf(live, step, { outcome, ready, around: work.around })
  kept.notes.push(...found.notes)
  const retryInMs = retryOf(live, step, { judged, outcome, attempt: work.attempt })
  recordStep(live, step, {
    attempt: work.attempt,
    type: 'step.finished',
    data: {
      ...endingOf(outcome, { judged, kept, durationMs: all.durationMs }),
      outputs,
      ...defined({ retry_in_ms: retryInMs }),
      ...(outcome.ended === 'aborted' ? { interrupted: true as const } : {}),
    },
  })
  forgetProgress(live, step)
  if (step.observe && judged.status === 'succeeded') recordObservation(live, step, all)
  recordFindings(live, step, found)
  return found
}

function retryOf(
  live: LiveRun,
  step: Step,
  at: { judged: Judged; outcome: Outcome; attempt: number },
): number | undefined {
  const wanted = at.judged.status === 'failed' && at.outcome.ended !== 'aborted'
  if (!wanted || live.interrupts.stop !== undefined) return undefined
  const first = live.seriesStart.get(step.id) ?? 1
  return retryDelayMs(step.body.retry, at.attempt - first + 1, at.outcome.exitCode)
}

function recordObservation(live: LiveRun, step: Step, seen: Finishing): void {
  recordStep(live, step, {
    type: 'finding.made',
    data: {
      says: observationOf(live, step, seen),
      ...defined({ checks: seen.outcome.checks }),
    },
  })
}

function observationOf(live: LiveRun, step: Step, { outcome, ready, work }: Finishing): string {
  const { checks } = outcome
  if (checks !== undefined && checks.length > 0) {
    const tried = checks.filter((check) => check.status !== 'not_checked')
    const failed = tried.filter((check) => check.status === 'failed')
    const list = failed.map((check) => `${check.name}: ${check.seen}`).join('; ')
    if (failed.length > 0) {
      return `${step.name}: ${failed.length} of ${tried.length} checks failed (${list})`
    }
    return `${step.name}: ${passedInWords(tried.length)}`
  }
  const looksOnly = ready.kind.type === 'action' && ready.kind.expect === 'true'
  if (looksOnly && ready.body.expect === undefined) {
    return `${step.name}: ${outcome.notes?.[0] ?? outputsInWords(stepState(live, step.id).outputs)}`
  }
  const judged = judgeExpectation(live, ready, { outcome, around: work.around })
  return `${step.name}: ${judged.reason}`
}

const MOST_FOUND = 300

const passedInWords = (count: number): string =>
  count === 0
    ? 'nothing was checked'
    : count === 1
      ? 'its check passed'
      : `all ${count} checks passed`

/** Where nothing was expected: what it found. */
function outputsInWords(outputs: Readonly<Record<string, Value>>): string {
  const found = Object.entries(outputs).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
  return found.length === 0 ? 'was carried out' : clip(found.join(', '), MOST_FOUND)
}

/** Read again after a step, or its undo, that may have changed them. */
export async function refreshSecrets(live: LiveRun, step: Step): Promise<void> {
  for (const problem of await live.secrets.refresh(step)) {
    say(live, 'warning', problem)
  }
}
