/** Who is at the keyboard, as events name them. Without an identity in git: the account's name. */
import { hostname, userInfo } from 'node:os'
import type { Actor } from '../incident/event.ts'
import type { GitPort } from '../ports/git.ts'

export async function readActor(
  git: GitPort,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Actor> {
  const host = hostname()
  const fromEnv = { name: env['GIT_AUTHOR_NAME'], email: env['GIT_AUTHOR_EMAIL'] }
  if (fromEnv.name && fromEnv.email) return { name: fromEnv.name, email: fromEnv.email, host }
  const found = await git.raw(cwd, ['config', '--get-regexp', '^user\\.(name|email)$'])
  const configured = found.ok ? parseIdentity(found.stdout) : {}
  const account = accountName(env)
  return {
    name: fromEnv.name || configured.name || account,
    email: fromEnv.email || configured.email || `${account}@${host}`,
    host,
  }
}

/** Without asking git, for who only reads. */
export function accountActor(): Actor {
  const name = accountName(process.env)
  return { name, email: `${name}@${hostname()}`, host: hostname() }
}

/** The last line of a name wins, as in git. */
function parseIdentity(output: string): { name?: string; email?: string } {
  const pairs = output
    .split('\n')
    .map((line) => /^user\.(name|email) (.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, key, value]) => [key, value])
  return Object.fromEntries(pairs) as { name?: string; email?: string }
}

/** An account without an entry in the password file makes userInfo throw. */
function accountName(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return userInfo().username
  } catch {
    return env['USER'] ?? 'unknown'
  }
}
