/**
 * Which values of a configuration are secrets, by name and by look, so that they are masked from
 * now on in whatever later steps print. A setting that is taken for a secret would be masked where
 * people need to read it, so that ordinary words, numbers, paths and addresses are left alone.
 */
import { strengthOf } from '../../../redact/weak.ts'
import type { StepContext } from '../../kind.ts'
import { connectionOf } from './connection.ts'
import type { Source } from './sources.ts'

/** Each is looked for in all its forms in every output: more would slow every later step down. */
const MOST = 1_000
const MAX_CHARS = 16_384
const SHOWN = 5

const DELICATE =
  /SECRET|TOKEN|PASS|PWD|PRIVATE|CREDENTIAL|API_?KEY|ACCESS_?KEY|SIGNING|SALT|PEPPER|(^|_)KEY(_?\d+|_BASE)?$|DSN|CONN(ECTION)?_?STR|HMAC/i
const SETTING =
  /_(NAME|ID|URL|URI|PATH|FILE|DIR|HOST|PORT|TTL|ALG|ALGORITHM|AGE|MAX_?AGE|ISSUER|AUDIENCE|ENABLED|TYPE|LENGTH|MIN|MAX|ROUNDS|REGION|HEADER|PREFIX|DOMAIN|TIMEOUT|SECONDS|MS|DAYS|HOURS|MINUTES|EXPIR\w*|LIFETIME|VERSION|PUBLIC)$/i
const KNOWN_SHAPE =
  /^-----BEGIN [A-Z ]*PRIVATE KEY|^eyJ[\w-]{8,}\.[\w-]+\.|^(gh[pousr]_|github_pat_|AKIA|xox[abprs]-|sk-|sk_live_|rk_live_|glpat-|SG\.|npm_|pypi-)/
const DIGEST = /^([0-9a-f]{7,64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i
const ORDINARY = /^(\d{1,6}|true|false|yes|no|on|off)$/i

export type Learnt = { notes: string[] }

export function learnSecrets(sources: readonly Source[], context: StepContext): Learnt {
  const learned = new Set<string>()
  const unmaskable: string[] = []
  let left = 0
  for (const { name: source, values, shadowed } of sources) {
    const all = [
      ...values,
      ...shadowed.flatMap(({ key, values }) => values.map((one) => [key, one] as const)),
    ]
    for (const [key, value] of all) {
      for (const secret of secretsIn(key, value)) {
        if (learned.has(secret)) continue
        if (strengthOf(secret) === 'unmaskable') {
          unmaskable.push(`${key} (${source})`)
          continue
        }
        learned.add(secret)
        if (learned.size > MOST) left += 1
        else context.learnSecret(`${source}:${key}`, secret)
      }
    }
  }
  return { notes: notesOf([...new Set(unmaskable)], left) }
}

function notesOf(unmaskable: readonly string[], left: number): string[] {
  const notes: string[] = []
  if (unmaskable.length > 0) {
    const shown = unmaskable.slice(0, SHOWN).join(', ')
    const more = unmaskable.length > SHOWN ? ` and ${unmaskable.length - SHOWN} more` : ''
    notes.push(`too short or too common to be masked in what later steps print: ${shown}${more}`)
  }
  if (left > 0) notes.push(`${left} more values that look like secrets are not masked`)
  return notes
}

/** The parts of a value that must not be shown. */
export function secretsIn(key: string, value: string): string[] {
  if (value.length > MAX_CHARS || ORDINARY.test(value.trim())) return []
  const connection = connectionOf(value)
  if (connection !== undefined && connection.secrets.length > 0) {
    const { host, database, user, secrets } = connection
    // A password that is also the name of the database would mask every mention of that.
    const own = secrets.filter((secret) => ![host, database, user].includes(secret))
    return [...new Set([value, ...own])]
  }
  if (KNOWN_SHAPE.test(value)) return [value]
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return hasSecretPart(value) ? [value] : []
  if (DELICATE.test(key) && !SETTING.test(key)) {
    return plain(value) === plain(key) ? [] : [value]
  }
  return looksRandom(value) ? [value] : []
}

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '')

/** A login that could not be read, or a webhook's key in the path. */
const hasSecretPart = (url: string): boolean =>
  /\/\/[^/\s]*:[^/\s]*@/.test(url) ||
  url
    .split(/[/?&=]/)
    .slice(3)
    .some(looksRandom)

/** Long, without spaces, of letters of both cases and digits: and no digest, which logs are full of. */
const looksRandom = (value: string): boolean =>
  value.length >= 20 &&
  /^[A-Za-z0-9+/_=.~-]+$/.test(value) &&
  /[a-z]/.test(value) &&
  /[A-Z]/.test(value) &&
  /\d/.test(value) &&
  !DIGEST.test(value) &&
  !/^[./~]/.test(value) &&
  new Set(value).size >= 12
