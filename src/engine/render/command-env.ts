import { isInherited } from '../../runbook/guarded-variables.ts'

/** What commands of a run inherit: no declared secret, which comes only through a step's own `env`. */
export function inheritedEnv(
  env: Readonly<Record<string, string>>,
  secretVariables: readonly string[],
): Record<string, string> {
  const secret = new Set(secretVariables)
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => isInherited(name) && !secret.has(name)),
  )
}
