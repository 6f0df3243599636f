/** What is looked for: the runbook's own patterns, or the categories of error that hotwash knows. */
import { CATEGORIES, categoryOf } from '../../../incident/error-category.ts'
import { jsonFields, textsOf, type Entry } from './entry.ts'
import { plainMessage } from './plain-message.ts'
import { requiredLiterals } from './literals.ts'
import { createLiteralScan, type LiteralScan } from './literal-scan.ts'
import type { LogsParams } from './params.ts'

/** Lines of one entry, each with the numbers of the patterns that may match it. */
export type Candidate = { line: string; patterns: ReadonlySet<number> }

export type Rules = {
  names: readonly string[]
  /** The texts that the patterns need. */
  scan: LiteralScan
  /** Patterns that need no text of their own: every line is tried. */
  always: readonly number[]
  /** The pattern that is being tried, for the message when it takes for ever. */
  trying: { pattern: string }
  /** The categories that an entry is of, and the line that says so. */
  judge(candidates: readonly Candidate[], entry: Entry): { names: string[]; telling: string }
}

const NONE = { names: [], telling: '' }

export function rulesOf({ categories, ignore_case: ignoreCase }: LogsParams): Rules {
  return categories === undefined ? builtIn() : ownRules(categories, ignoreCase)
}

function ownRules(categories: Readonly<Record<string, string[]>>, ignoreCase: boolean): Rules {
  const patterns = Object.entries(categories).flatMap(([name, sources]) =>
    sources.map((source) => ({ name, source, test: new RegExp(source, ignoreCase ? 'i' : '') })),
  )
  const trying = { pattern: '' }
  return {
    ...scanFor(patterns.map(({ source }) => requiredLiterals(source))),
    names: Object.keys(categories),
    trying,
    judge(candidates) {
      const names = new Set<string>()
      let telling: string | undefined
      for (const { line, patterns: numbers } of spokenFirst(candidates)) {
        let texts: string | undefined
        for (const number of numbers) {
          const one = patterns[number]
          if (one === undefined || names.has(one.name)) continue
          trying.pattern = `${one.source} of ${one.name}`
          // Once as it stands, and once as it reads: JSON writes a quote as \".
          const matches = one.test.test(line) || one.test.test((texts ??= unescaped(line)))
          if (!matches) continue
          names.add(one.name)
          telling ??= line
        }
      }
      return telling === undefined ? NONE : { names: [...names], telling }
    },
  }
}

/** What a program said tells more than the indented lines of its stack, which may quote its source. */
const spokenFirst = (candidates: readonly Candidate[]): readonly Candidate[] => {
  if (candidates.length === 1) return candidates
  const isIndented = ({ line }: Candidate): boolean => /^\s/.test(line)
  return [...candidates.filter((one) => !isIndented(one)), ...candidates.filter(isIndented)]
}

const unescaped = (line: string): string => {
  const fields = line.includes('\\') ? jsonFields(line) : undefined
  return fields === undefined ? '' : textsOf(fields)
}

type Sets = readonly (readonly string[] | undefined)[]

function scanFor(sets: Sets): Pick<Rules, 'scan' | 'always'> {
  const always = sets.flatMap((set, number) => (set === undefined ? [number] : []))
  return { scan: createLiteralScan(sets), always }
}

/**
 * Words that tell an error from other lines, levels included. The categories' own words are not
 * looked for: a line that says `postgres` and nothing of these is no error.
 */
const SIGNS =
  'error|warn|fatal|crit|severe|emerg|alert|panic|exception|traceback|fail|denied|refused|invalid|malformed|expired|missing|mismatch|unauthori|forbidden|does not exist|not found|no such|time.?out|timed out|cannot|could not|unable|unavailable|unreachable|must be|not queryable|closed|too many|too long|duplicate key|deadlock|bad gateway|hang up|econn|enotfound|etimedout|epipe|ehostunreach|eai_again'
/** A number for a level, as pino and bunyan write it, and answers of 5xx. */
const NUMBERS = ['50', '60', '"error"', '"fatal"']
  .flatMap((level) => [`level":${level}`, `level": ${level}`])
  .concat(
    ['0', '1', '2', '3', '4'].flatMap((last) => [` 50${last} `, `":50${last}`, `": 50${last}`]),
  )
const SIGN = new RegExp(SIGNS, 'i')
const QUIET = new Set(['trace', 'debug', 'info', 'notice', 'log'])

/** So many different messages have their category remembered: in a storm there are few. */
const MAX_REMEMBERED = 2_000

function builtIn(): Rules {
  const remembered = new Map<string, string>()
  return {
    ...scanFor([requiredLiterals(SIGNS), NUMBERS]),
    names: CATEGORIES,
    trying: { pattern: 'a built-in one' },
    judge(candidates, entry) {
      const text = candidates.map(({ line }) => line).join('\n')
      if (!isError(entry, text)) return NONE
      const { status } = entry
      const plain = `${status} ${plainMessage(text)}`
      let name = remembered.get(plain)
      if (name === undefined) {
        const said = `${text}\n${unescaped(text)}`
        name = categoryOf({ text: said, ...(status === undefined ? {} : { status }) })
        if (remembered.size < MAX_REMEMBERED) remembered.set(plain, name)
      }
      const telling = candidates.find(({ line }) => SIGN.test(line)) ?? candidates[0]
      return { names: [name], telling: telling?.line ?? '' }
    },
  }
}

/** An answer of 5xx is one; an entry that says its level is believed; else its words decide. */
function isError({ level, status }: Entry, text: string): boolean {
  if (status !== undefined && status >= 500) return true
  if (level !== undefined) return !QUIET.has(level)
  return status === undefined && SIGN.test(text)
}
