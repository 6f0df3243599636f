/** Rules per key, judged on the value that counts. What is said never holds the value or its length. */
import { connectionOf } from './connection.ts'
import type { Problem } from './findings.ts'
import { isMeant, regexOf, type Rule } from './params.ts'
import type { Source } from './sources.ts'
import { NEEDED_BITS, strengthOf } from './strength.ts'
import { isKnownWeak } from './weak-values.ts'

/** A regular expression of the runbook is tried on no longer text. */
const MAX_MATCHED_CHARS = 8_192

const TYPES: Readonly<Record<NonNullable<Rule['type']>, (value: string) => boolean>> = {
  url: (value) =>
    /^[a-z][a-z0-9+.-]*:\/\/[^/\s]/i.test(value) &&
    (URL.canParse(value) || connectionOf(value) !== undefined),
  postgres_url: (value) => {
    if (!/^postgres(ql)?(\+[a-z0-9_]+)?:\/\//i.test(value)) return false
    const connection = connectionOf(value)
    return connection !== undefined && connection.database !== ''
  },
  integer: (value) => /^[+-]?\d+$/.test(value),
  boolean: (value) => /^(true|false|yes|no|on|off|0|1)$/i.test(value),
  hex: (value) => /^(0x)?([0-9a-f]{2})+$/i.test(value),
  base64: (value) =>
    /^[A-Za-z0-9+/_-]+={0,2}$/.test(value) && value.replace(/=+$/, '').length % 4 !== 1,
}

const IN_WORDS: Readonly<Record<NonNullable<Rule['type']>, string>> = {
  url: 'a url',
  postgres_url: 'a PostgreSQL url with host and database',
  integer: 'a whole number',
  boolean: 'true or false',
  hex: 'hexadecimal',
  base64: 'base64',
}

export function ruleInWords(rule: Rule): string {
  const { required, type, pattern, min_length, strength, not, between } = rule
  const words = [
    required && 'is set',
    type && `is ${IN_WORDS[type]}`,
    pattern !== undefined && `matches ${pattern}`,
    min_length !== undefined && `has at least ${min_length} characters`,
    strength && `has at least ${NEEDED_BITS[strength]} bits (estimated)`,
    judgesWeak(rule) && `is no known weak value${not ? ` and none of ${not.length} more` : ''}`,
    between === 'different' && 'differs between sources',
  ]
  return words.filter(Boolean).join(', ')
}

const judgesWeak = ({ not, strength, min_length }: Rule): boolean =>
  not !== undefined || strength !== undefined || min_length !== undefined

/** What is wrong with one value, in words that do not hold it. */
function flawsOf(value: string, rule: Rule): string[] {
  const { type, pattern, min_length, strength, not } = rule
  const flaws: string[] = []
  if (type !== undefined && !TYPES[type](value.trim())) flaws.push(`is not ${IN_WORDS[type]}`)
  if (pattern !== undefined) {
    if (value.length > MAX_MATCHED_CHARS) flaws.push('is too long to be matched')
    else if (!regexOf(pattern).test(value)) flaws.push(`does not match ${pattern}`)
  }
  if (min_length !== undefined && value.length < min_length) {
    flaws.push(`has fewer than ${min_length} characters`)
  }
  if (judgesWeak(rule) && (isKnownWeak(value) || not?.includes(value) === true)) {
    flaws.push('is a known weak value')
  }
  if (strength !== undefined) {
    const { bits, flaws: why } = strengthOf(value)
    if (bits < NEEDED_BITS[strength]) {
      const because = why.length === 0 ? '' : `: it ${why.join(' and ')}`
      flaws.push(`is weaker than ${NEEDED_BITS[strength]} bits${because}`)
    }
  }
  return flaws
}

export type Judged = { problems: Problem[]; judged: number; notes: string[] }

/** `sources`: in the order in which they count; only the first that defines a key is judged. */
export function judgeRule(
  rule: Rule,
  { keys, sources, where }: { keys: Iterable<string>; sources: readonly Source[]; where: string },
): Judged {
  const problems: Problem[] = []
  const notes: string[] = []
  let judged = 0
  const meant = rule.key.includes('*')
    ? [...keys].filter((key) => isMeant(key, rule.key))
    : [rule.key]
  for (const key of meant) {
    const source = sources.find(({ values }) => values.has(key))
    const value = source?.values.get(key)
    const add = (says: string): void => {
      problems.push({ check: rule.key, key, file: source?.name ?? '', says })
    }
    if (source === undefined || value === undefined) {
      if (rule.required === true) add(`${key} is not set${where}`)
      continue
    }
    judged += 1
    if (value === '') {
      if (rule.required === true) add(`${key} is empty in ${source.name}`)
      continue
    }
    for (const flaw of flawsOf(value, rule)) add(`${key} in ${source.name} ${flaw}`)
    notes.push(...notedIn(key, rule, { sources, winner: source }))
  }
  if (judged === 0 && rule.required === true && rule.key.includes('*')) {
    problems.push({
      check: rule.key,
      key: rule.key,
      file: '',
      says: `no key ${rule.key} is set${where}`,
    })
  }
  return { problems, judged, notes }
}

/** A rule is about the value that counts; what it would say of the others is worth knowing. */
function notedIn(
  key: string,
  rule: Rule,
  { sources, winner }: { sources: readonly Source[]; winner: Source },
): string[] {
  const others = sources.filter((source) => source !== winner && source.values.has(key))
  return others.flatMap((source) =>
    flawsOf(source.values.get(key) ?? '', rule).map(
      (flaw) => `${key} in ${source.name}, which does not count, ${flaw}`,
    ),
  )
}
