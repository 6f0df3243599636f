/** What a step that changes something should say. */
import type { Step } from '../runbook.ts'
import { warn, type Linting } from './rule.ts'

const isAction = ({ kinds }: Linting, step: Step): boolean =>
  kinds[step.body.kind]?.type === 'action'

/** They change something, but nothing that an undo could take back. */
export const NO_UNDO: ReadonlySet<string> = new Set(['backup', 'login', 'notify', 'restore'])

function changeWithoutRollback(linting: Linting): void {
  for (const step of linting.runbook.steps) {
    const { effect, rollback, idempotent, body } = step
    if (effect !== 'change' || rollback || idempotent || step.observe) continue
    if (NO_UNDO.has(body.kind) || !isAction(linting, step)) continue
    warn(linting, step, {
      code: 'change-without-rollback',
      message: `step ${step.id} changes something and has no rollback`,
      hint: 'add `rollback:`, say `effect: read` if it only looks, or `idempotent: true` if it is harmless',
    })
  }
}

function destroyWithoutBackup(linting: Linting): void {
  let hasBackup = false
  for (const step of linting.runbook.steps) {
    if (step.body.kind === 'backup') hasBackup = true
    if (step.effect !== 'destroy' || hasBackup || !isAction(linting, step)) continue
    warn(linting, step, {
      code: 'destroy-without-backup',
      message: `step ${step.id} destroys, and no backup is taken before it`,
      hint: 'add a `backup` step before it',
    })
  }
}

/** Kinds that say something about the system when they only read. */
const LOOKS: ReadonlySet<string> = new Set([
  'config',
  'health',
  'http',
  'load',
  'logs',
  'manual',
  'run',
  'schema',
  'snapshot',
  'sql',
  'wait',
])

/** What a command says about itself is its exit code; whether it helped is another question. */
function changeWithoutVerify(linting: Linting): void {
  const { steps } = linting.runbook
  const isLook = ({ effect, body }: Step): boolean =>
    body.verify !== undefined ||
    body.kind === 'login' ||
    (LOOKS.has(body.kind) && effect === 'read')
  const last = steps.findLastIndex(isLook)
  for (const [index, step] of steps.entries()) {
    const { effect, body } = step
    const isUnseen = effect !== 'read' && body.kind === 'run' && !body.verify && !body.expect
    if (!isUnseen || index < last) continue
    warn(linting, step, {
      code: 'change-without-verify',
      message: `step ${step.id} changes something, and neither it nor a later step looks whether it helped`,
      hint: 'add `verify:` with a probe, `expect:`, or a later http, sql or login step',
    })
  }
}

function gateWithProbe(linting: Linting): void {
  const gates = [...linting.runbook.steps, ...linting.runbook.always].filter(
    (step) =>
      linting.kinds[step.body.kind]?.type === 'gate' &&
      (step.body.retry || step.body.verify || step.rollback),
  )
  for (const step of gates) {
    warn(linting, step, {
      code: 'gate-with-probe',
      message: `step ${step.id} waits for a person: retry, verify and rollback do nothing here`,
      hint: 'move them to the step that acts',
    })
  }
}

export const stepRules = [
  changeWithoutRollback,
  changeWithoutVerify,
  destroyWithoutBackup,
  gateWithProbe,
]
