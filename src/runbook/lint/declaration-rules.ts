/** What is declared and not used, or missing at the top. */
import type { Linting } from './rule.ts'

/** Databases name their secrets in templates, which count as uses; secret files may stand alone. */
function unusedInput({ runbook, uses, source, problems }: Linting): void {
  for (const name of Object.keys(runbook.inputs)) {
    if (uses.inputs.has(name)) continue
    problems.add(source.offsetOf(['inputs', name], 'key'), {
      code: 'unused-input',
      severity: 'warning',
      message: `input ${name} is asked for and never used`,
      hint: 'use it, or leave it out: a question during an outage costs time',
    })
  }
}

function unusedSecret({ runbook, uses, source, problems }: Linting): void {
  for (const name of Object.keys(runbook.secrets)) {
    if (uses.secrets.has(name)) continue
    problems.add(source.offsetOf(['secrets', name], 'key'), {
      code: 'unused-secret',
      severity: 'warning',
      message: `secret ${name} is resolved and masked, but no step uses it`,
      hint: 'leave it out, or use it; a secret that does not resolve stops the run',
    })
  }
}

function missingOwner({ runbook, source, problems }: Linting): void {
  if (runbook.owner !== undefined) return
  problems.add(source.offsetOf(['name'], 'key'), {
    code: 'missing-owner',
    severity: 'warning',
    message: 'nobody owns this runbook',
    hint: 'add `owner:` with the team that keeps it true',
  })
}

export const declarationRules = [missingOwner, unusedInput, unusedSecret]
