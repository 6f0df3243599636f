/** Where `${{ secrets.x }}` may stand in parameters: only in what no plan, log or screen shows. */
import type { Path } from '../yaml/problems.ts'

const HIDDEN: ReadonlySet<string> = new Set([
  'actors',
  'body',
  'env',
  'fields',
  'form',
  'headers',
  'json',
  'params',
  'password',
  'public_key',
  'secret',
  'stdin',
])

/** Of a notification: what says where it goes. What it says is shown, and kept until it is delivered. */
const OF_NOTIFY: ReadonlySet<string> = new Set([
  'pagerduty.routing_key',
  'pagerduty.url',
  'slack.url',
  'webhook.headers',
  'webhook.url',
])

/** Why a secret must not stand there; undefined: it may. */
export function noSecretIn(kind: string, path: Path): string | undefined {
  if (kind === 'run') return 'the arguments of a command are visible to the whole machine'
  if (kind === 'notify') {
    const isPlace = OF_NOTIFY.has(path.slice(0, 2).join('.'))
    return isPlace ? undefined : 'what a notification says is shown and logged'
  }
  if (path.at(-1) === 'url') return 'a url is shown and logged'
  if (path.some((key) => typeof key === 'string' && HIDDEN.has(key))) return undefined
  return 'this is shown and logged'
}
