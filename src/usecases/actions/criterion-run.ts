/**
 * One `done_when`, carried out by the engine's probes: with their time limits, repetitions and
 * masking, what it saw kept as evidence. Expressions in it mean the inputs, secrets and databases of
 * the incident's last run, from the runbook as it was stored then.
 */
import { defined } from '../../incident/defined.ts'
import { draftJournal } from '../../engine/draft-journal.ts'
import type { LiveRun, Secrets } from '../../engine/live-run.ts'
import { probeForEvidence } from '../../engine/attempt/probe.ts'
import { renderBody, type Surroundings } from '../../engine/render/render-body.ts'
import { storedRunbook } from '../../engine/stored-runbook.ts'
import { secretsUsed } from '../../engine/render/weak-secrets.ts'
import type { EventDraft, Evidence } from '../../incident/event.ts'
import type { Journal } from '../../ports/journal.ts'
import type { Operator, Update } from '../../ports/operator.ts'
import type { Value } from '../../incident/value.ts'
import type { Body, Runbook } from '../../runbook/runbook.ts'
import { discardEvidence } from '../../steps/discard-evidence.ts'
import type { Outcome } from '../../steps/kind.ts'
import { openLive } from '../run/open-live.ts'
import { noSecrets, resolveSecrets } from '../run/resolve-secrets.ts'
import type { World } from '../world.ts'

export type Background = { runbook: Runbook; inputs: Readonly<Record<string, Value>> }

const NO_RUNBOOK: Runbook = {
  name: 'actions',
  description: undefined,
  owner: undefined,
  severity: undefined,
  inputs: {},
  secrets: {},
  databases: {},
  guard: [],
  lock: undefined,
  steps: [],
  always: [],
  includes: {},
  texts: [],
  sha256: '',
  path: '',
  text: '',
}

/** What the last run of the incident declared; nothing, where there was none or it cannot be read. */
export async function backgroundOf(world: World, journal: Journal): Promise<Background> {
  const run = journal.state().runs.at(-1)
  if (run === undefined) return { runbook: NO_RUNBOOK, inputs: {} }
  const texts = { runbook: run.runbook.sha256, includes: run.runbook.includes }
  const stored = await storedRunbook({ journal, kinds: world.kinds, runbook: NO_RUNBOOK }, texts)
  if (!stored.ok) return { runbook: NO_RUNBOOK, inputs: {} }
  const { inputs, secrets, databases } = stored.runbook
  return { runbook: { ...NO_RUNBOOK, inputs, secrets, databases }, inputs: run.inputs }
}

type Asked = { action: string; body: Body; background: Background; journal: Journal }

export type Preview = { preview: string; target: string; timeoutMs: number | null }

/** What it would do. Nothing is resolved for it: where a secret is needed, the text as written. */
export function previewOf(world: World, { action, body, background, journal }: Asked): Preview {
  const secrets = noSecrets(background.runbook)
  const live = openLive(world, { journal, runbook: background.runbook, run: RUN, secrets })
  try {
    const rendered = renderBody(live, body, aroundOf({ journal, background, secrets }))
    if (!rendered.ok) {
      const preview = world.redactor.mask(`${body.kind} of ${action}: ${rendered.message}`)
      return { preview, target: '', timeoutMs: body.timeoutMs ?? null }
    }
    const { preview, target, timeoutMs } = rendered.ready
    return { preview, target, timeoutMs }
  } finally {
    live.interrupts.close()
  }
}

const RUN = 'actions'

const aroundOf = (from: {
  journal: Journal
  background: Background
  secrets: Secrets
}): Surroundings => ({
  runbook: from.background.runbook,
  scope: {
    inputs: from.background.inputs,
    secrets: from.secrets.values(),
    steps: {},
    incident: { id: from.journal.incident },
    run: { id: '' },
  },
})

export type CriterionResult = {
  status: 'passed' | 'failed' | 'interrupted'
  preview: string
  reason: string
  duration_ms: number
  exit_code?: number
  evidence: Evidence[]
}

/** `keep`: evidence goes into the journal; without it, it is thrown away. */
export async function runCriterion(
  world: World,
  asked: Asked & { keep: boolean },
): Promise<CriterionResult> {
  const { action, body, journal, keep } = asked
  const used = secretsUsed(
    body,
    asked.background.runbook,
    Object.keys(asked.background.runbook.secrets),
  )
  const background = { ...asked.background, runbook: onlySecrets(asked.background.runbook, used) }
  const secrets = await resolveSecrets(world, background.runbook, background.inputs)
  const draft = keep ? undefined : draftJournal({ ...world, clock: world.ports.clock })
  // A record that cannot be written gets no spool files either.
  const place =
    draft === undefined
      ? journal
      : { ...draft, incident: journal.incident, state: () => journal.state() }
  const live = openLive(named(world, action), {
    journal: place,
    runbook: background.runbook,
    run: RUN,
    secrets,
  })
  const { clock } = world.ports
  const began = clock.mono()
  try {
    const around = aroundOf({ journal, background, secrets })
    const rendered = renderBody(live, body, around)
    // All attempts together: what the kind allows one, unless the body says more.
    const timeoutMs = rendered.ok ? rendered.ready.timeoutMs : body.timeoutMs
    const probed = await probeForEvidence(
      live,
      { ...body, timeoutMs },
      {
        step: action,
        attempt: 1,
        tty: false,
        signal: live.interrupts.signal,
        around,
        started: () => {},
      },
    )
    const { outcome } = probed
    const interrupted = live.interrupts.stop !== undefined
    const evidence =
      interrupted || !keep ? dropped(outcome) : kept(live, { outcome, used, journal })
    return {
      status: interrupted ? 'interrupted' : probed.is === 'met' ? 'passed' : 'failed',
      preview: rendered.ok ? rendered.ready.preview : body.kind,
      reason: probed.reason,
      duration_ms: Math.round(clock.mono() - began),
      ...defined({ exit_code: outcome.exitCode }),
      evidence,
    }
  } finally {
    live.interrupts.close()
    draft?.close()
  }
}

const onlySecrets = (runbook: Runbook, names: readonly string[]): Runbook => ({
  ...runbook,
  secrets: Object.fromEntries(names.map((name) => [name, runbook.secrets[name] as never])),
})

function dropped(outcome: Outcome): Evidence[] {
  discardEvidence(outcome)
  return []
}

/** Output of what used a secret that cannot be masked reliably is not kept, as of a step. */
function kept(
  live: LiveRun,
  { outcome, used, journal }: { outcome: Outcome; used: readonly string[]; journal: Journal },
): Evidence[] {
  const weak = new Set(live.redactor.weak())
  if (used.some((name) => weak.has(name))) return dropped(outcome)
  return outcome.evidence.map((one) =>
    'spool' in one
      ? journal.takeEvidence(one.label, one.spool)
      : journal.putEvidence(one.label, one.text),
  )
}

/** What a check prints is told with the name of its action: no step is at work. */
function named(world: World, action: string): World {
  const { operator } = world
  const show = (update: Update): void => {
    if (update.type !== 'output') return operator.show(update)
    const sign = update.stream === 'stderr' ? '!' : '|'
    operator.show({ type: 'say', level: 'info', text: `${action} ${sign} ${update.line}` })
  }
  const shown: Operator = {
    interactive: false,
    ask: (question, signal) => operator.ask(question, signal),
    show,
    lend: (use) => operator.lend(use),
  }
  return { ...world, operator: shown }
}

/** The event that records it. */
export const checkedEvent = (
  action: string,
  result: CriterionResult & { status: 'passed' | 'failed' },
  criterion: string,
): EventDraft => {
  const { status, preview, reason, duration_ms, exit_code, evidence } = result
  return {
    type: 'action.checked',
    data: {
      action,
      status,
      preview,
      criterion,
      reason,
      duration_ms,
      ...defined({ exit_code }),
      evidence,
    },
  }
}
