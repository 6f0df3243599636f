/** What an outcome means for a step or an undo: status, reason, evidence, outputs. */
import { defined } from '../../incident/defined.ts'
import type { Evidence } from '../../incident/event.ts'
import { Cel } from '../../runbook/deferred.ts'
import type { Value } from '../../incident/value.ts'
import type { Step } from '../../runbook/runbook.ts'
import { discardEvidence } from '../../steps/discard-evidence.ts'
import type { Outcome } from '../../steps/kind.ts'
import type { LiveRun } from '../live-run.ts'
import { probeUntilMet } from './probe.ts'
import type { Ready } from '../render/render-body.ts'
import { checksFailed } from '../walk/run-reason.ts'
import { judgeExpectation } from './run-body.ts'
import { evaluateIn } from '../render/scope-of.ts'
import type { Work } from './step-context.ts'
import { weakSecretsOf } from '../render/weak-secrets.ts'

const MAX_OUTPUT_BYTES = 65_536

export type Judged = { status: 'succeeded' | 'failed' | 'unknown'; reason?: string }

/** By how it ended, by `expect`, then by `verify`. */
export async function judge(
  live: LiveRun,
  ready: Ready,
  { outcome, work }: { outcome: Outcome; work: Work },
): Promise<Judged> {
  if (outcome.ended !== 'completed') return notCompleted(live, ready, outcome)
  const judged = judgeExpectation(live, ready, { outcome, around: work.around })
  if (!judged.met) return { status: 'failed', reason: failureOf(outcome, judged.reason) }
  const { verify } = ready.body
  if (verify === undefined) return { status: 'succeeded' }
  const around = { ...work.around, inherit: ready.body }
  const probed = await probeUntilMet(live, verify, { ...work, tty: false, around })
  if (probed.is === 'met') return { status: 'succeeded' }
  return { status: 'failed', reason: `verify: ${probed.reason}` }
}

/** A read has no effect that could be unknown: it simply did not come to an end. */
function notCompleted(live: LiveRun, ready: Ready, outcome: Outcome): Judged {
  const reason = live.redactor.mask(outcome.reason ?? reasonOf(outcome.ended, ready.timeoutMs))
  if (outcome.ended === 'unknown' && ready.body.effect !== 'read') {
    return { status: 'unknown', reason }
  }
  return { status: 'failed', reason }
}

function reasonOf(ended: Outcome['ended'], timeoutMs: number | null): string {
  if (ended === 'timed_out') return `timed out after ${timeoutMs ?? 0} ms`
  return ended === 'aborted' ? 'ended by the operator' : ended
}

/** Named checks say more than the expression over them. */
function failureOf(outcome: Outcome, expectation: string): string {
  const { checks = [] } = outcome
  const counted = checksFailed(checks)
  if (counted === undefined) return expectation
  const failed = checks.filter((check) => check.status === 'failed')
  return `${counted}: ${failed.map((check) => `${check.name} (${check.seen})`).join(', ')}`
}

export type Kept = { evidence: Evidence[]; notes: string[] }

/** Takes over what a step saw, unless it must not be kept. */
export function keepEvidence(
  live: LiveRun,
  outcome: Outcome,
  about: { ready: Ready; step: Step },
): Kept {
  const notes = [...(outcome.notes ?? [])]
  const why = whyNotKept(live, about)
  if (why !== undefined) {
    discardEvidence(outcome)
    return { evidence: [], notes: [...notes, why] }
  }
  const evidence = outcome.evidence.map((draft) =>
    'spool' in draft
      ? live.journal.takeEvidence(draft.label, draft.spool)
      : live.journal.putEvidence(draft.label, draft.text),
  )
  return { evidence, notes }
}

function whyNotKept(live: LiveRun, about: { ready: Ready; step: Step }): string | undefined {
  if (about.step.evidence === 'none') return 'output is not kept: evidence is none'
  const weak = weakSecretsOf(live, about)
  if (weak.length === 0) return undefined
  return `output is not kept: secret ${weak.join(', ')} is too short or too common to be masked`
}

export type Outputs =
  { ok: true; outputs: Record<string, Value>; notes: string[] } | { ok: false; message: string }

/** Declared outputs, and the kind's own where the step declares none of that name. */
export function outputsOf(
  live: LiveRun,
  { ready, step, outcome, work }: { ready: Ready; step: Step; outcome: Outcome; work: Work },
): Outputs {
  const byDefault = Object.entries(ready.kind.defaultOutputs).map(
    ([name, source]): [string, Cel] => [name, new Cel(source, 'own')],
  )
  const all = new Map([...byDefault, ...Object.entries(step.body.outputs)])
  const outputs: Record<string, Value> = {}
  const notes: string[] = []
  for (const [name, cel] of all) {
    const result = outputOf(live, cel, { ready, outcome, work })
    if (result.ok) outputs[name] = result.value
    else if (step.observe) notes.push(`output ${name}: ${result.message}`)
    else return { ok: false, message: `output ${name}: ${result.message}` }
  }
  return { ok: true, outputs, notes }
}

function outputOf(
  live: LiveRun,
  cel: Cel,
  { ready, outcome, work }: { ready: Ready; outcome: Outcome; work: Work },
): { ok: true; value: Value } | { ok: false; message: string } {
  const locals = { ...work.around.locals, ...outcome.data }
  const result = evaluateIn(cel, { ...work.around, locals, names: ready.kind.outcome })
  if (!result.ok) return { ok: false, message: live.redactor.mask(result.message) }
  const value = live.redactor.maskValue(result.value as Value)
  const bytes = Buffer.byteLength(JSON.stringify(value))
  if (bytes <= MAX_OUTPUT_BYTES) return { ok: true, value }
  if (typeof value !== 'string') {
    return { ok: false, message: `${bytes} bytes; at most ${MAX_OUTPUT_BYTES} are kept` }
  }
  return { ok: true, value: cut(value) }
}

/** Bytes, as JSON, are bounded by four times the characters and the quotes. */
const cut = (text: string): string =>
  Buffer.from(text).subarray(0, MAX_OUTPUT_BYTES).toString('utf8').replace(/�$/, '')

/** The fields that step.finished and undo.finished share. */
export function endingOf(
  outcome: Outcome,
  { judged, kept, durationMs }: { judged: Judged; kept: Kept; durationMs: number },
) {
  return {
    ...judged,
    duration_ms: durationMs,
    ...defined({ exit_code: outcome.exitCode, signal: outcome.signal, checks: outcome.checks }),
    evidence: kept.evidence,
    ...(kept.notes.length === 0 ? {} : { notes: kept.notes }),
  }
}
