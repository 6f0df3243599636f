/**
 * What commands of a run do not inherit: it changes what a program loads or what git does, behind the
 * back of whoever reads the runbook. What a runbook may not set itself is more, see denied-env.ts.
 */
const NEVER =
  /^(GIT_.*|LD_.*|DYLD_.*|NODE_OPTIONS|NODE_PATH|BASH_ENV|ENV|PYTHONSTARTUP|PYTHONPATH|PERL5OPT|PERL5LIB|RUBYOPT|RUBYLIB|JAVA_TOOL_OPTIONS)$/

/** Less the variables of declared secrets: those come only through a step's own `env`. */
export function inheritedEnv(
  env: Readonly<Record<string, string>>,
  secretVariables: readonly string[],
): Record<string, string> {
  const secret = new Set(secretVariables)
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !NEVER.test(name) && !secret.has(name)),
  )
}
