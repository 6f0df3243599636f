/** All checks of a configuration, in the order in which they are reported, and what they found as data. */
import type { Check } from '../../../incident/event.ts'
import type { Value } from '../../../incident/value.ts'
import { AS_LOADED, compareLoaded } from './compare-loaded.ts'
import { differencesIn, IN_ENVIRONMENTS, IN_SOURCES, type Differences } from './differences.ts'
import { checkOf, type Problem } from './findings.ts'
import { judgeRule, ruleInWords } from './judge-rules.ts'
import type { Loaded } from './loaded-by.ts'
import type { ConfigParams } from './params.ts'
import type { Source, Sources } from './sources.ts'
import type { Definition, Look } from './winners.ts'

const READABLE = 'readable'
/** Of each list: whoever reads more is better served by the table. */
const MOST_LISTED = 2_000

type Judging = {
  sources: Sources
  definitions: ReadonlyMap<string, readonly Definition[]>
  loaded: Loaded | undefined
  look: Look
}

/** What one group of checks came to. */
type Part = { checks: Check[]; problems: Problem[] }

export function judgeConfig(asked: ConfigParams, judging: Judging) {
  const { sources, look } = judging
  const { layers, compared } = sources
  const among = (group: readonly Source[], check: string) =>
    differencesIn(group, { asked, look, check })
  const inSources = among(layers, IN_SOURCES)
  const inEnvironments = among(compared, IN_ENVIRONMENTS)
  const loaded = judgeLoaded(asked, judging)
  const rules = judgeRules(asked, sources)
  const parts: Part[] = [
    judgeReading([...layers, ...compared]),
    ...(layers.length > 1 ? [agreement(inSources, IN_SOURCES)] : []),
    ...(compared.length > 1 ? [agreement(inEnvironments, IN_ENVIRONMENTS)] : []),
    ...(judging.loaded === undefined ? [] : [loaded.part]),
    ...rules.parts,
  ]
  const missingIn = [...inSources.missingIn, ...inEnvironments.missingIn]
  const problems = parts.flatMap((part) => part.problems)
  return {
    checks: parts.flatMap((part) => part.checks),
    notes: [...rules.notes, ...beyond(problems.length)],
    data: {
      differing: some([...new Set([...inSources.differing, ...inEnvironments.differing])]),
      missing: some(inEnvironments.missing),
      missing_in: Object.fromEntries(missingIn.map(([name, keys]) => [name, some(keys)])),
      loaded: loaded.seen,
      problems: some(problems).map((problem): Value => ({ ...problem })),
    },
  }
}

const some = <T>(list: readonly T[]): T[] => list.slice(0, MOST_LISTED)

const beyond = (count: number): string[] =>
  count > MOST_LISTED ? [`${count} problems, of which the first ${MOST_LISTED} are listed`] : []

function judgeReading(sources: readonly Source[]): Part {
  // A file may stand in `files` and in `compare`: it is read, and told of, once.
  const read = sources.filter(
    (source, index) => sources.findIndex(({ values }) => values === source.values) === index,
  )
  const problems = read.flatMap(readingProblems)
  const wanted = 'each file can be read and gives each key once'
  const holds = `${read.length} ${read.length === 1 ? 'source' : 'sources'} read`
  return { problems, checks: [checkOf(problems, { name: READABLE, wanted, holds })] }
}

function readingProblems({ name, problems, shadowed }: Source): Problem[] {
  return [
    ...problems.map((says) => ({ check: READABLE, key: '', file: name, says })),
    ...shadowed.map(({ key, lines, values }) => {
      const same = new Set(values).size === 1 ? 'with the same value' : 'with different values'
      const says = `${key} is given in lines ${lines.join(', ')} of ${name}, ${same}; the last one counts`
      return { check: READABLE, key, file: name, says }
    }),
  ]
}

const AGREE = {
  [IN_SOURCES]: { wanted: 'each key has one value', holds: 'no key has two values' },
  [IN_ENVIRONMENTS]: {
    wanted: 'environments have the same keys and values',
    holds: 'no key differs or is missing',
  },
}

function agreement({ problems }: Differences, name: keyof typeof AGREE): Part {
  return { problems, checks: [checkOf(problems, { name, ...AGREE[name] })] }
}

function judgeLoaded(
  asked: ConfigParams,
  { definitions, loaded, look }: Judging,
): { part: Part; seen: Record<string, Value> } {
  const compared =
    loaded?.is === 'read'
      ? compareLoaded({ asked, definitions, loaded: loaded.values, look })
      : { seen: {}, problems: notLoaded(loaded) }
  const count = Object.keys(compared.seen).length
  const name = AS_LOADED
  const wanted = 'the service sees what the order says'
  const holds = `it does, in ${count} of ${definitions.size} keys; the others are not told`
  const check = checkOf(compared.problems, {
    name,
    wanted,
    holds: count === definitions.size ? `it does, in all ${count} keys` : holds,
  })
  // Nothing to compare is no agreement.
  const isEmpty = compared.problems.length === 0 && count === 0
  const checks: Check[] = [
    isEmpty ? { ...check, status: 'not_checked', seen: 'it told of none of the keys' } : check,
  ]
  return { part: { checks, problems: compared.problems }, seen: compared.seen }
}

const notLoaded = (loaded: Loaded | undefined): Problem[] =>
  loaded?.is === 'failed' ? [{ check: AS_LOADED, key: '', file: '', says: loaded.reason }] : []

/** Of sources that are read one over the other the winner is judged; of environments, each by itself. */
function judgeRules(
  asked: ConfigParams,
  { layers, compared }: Sources,
): { parts: Part[]; notes: string[] } {
  const groups =
    layers.length > 0
      ? [{ sources: layers, where: '' }]
      : compared.map((source) => ({ sources: [source], where: ` in ${source.name}` }))
  const scopes = groups.map((group) => ({
    ...group,
    keys: new Set(group.sources.flatMap(({ values }) => [...values.keys()])),
  }))
  const notes: string[] = []
  const parts = asked.rules.map((rule): Part => {
    const found = scopes.map((scope) => judgeRule(rule, scope))
    const problems = found.flatMap((one) => one.problems)
    const judged = found.reduce((sum, one) => sum + one.judged, 0)
    notes.push(...found.flatMap((one) => one.notes))
    const holds = judged === 1 ? 'so it is' : `${judged} values`
    const check = checkOf(problems, { name: rule.key, wanted: ruleInWords(rule), holds })
    const isSeen = judged > 0 || problems.length > 0
    return {
      problems,
      checks: [isSeen ? check : { ...check, status: 'not_checked', seen: 'not set' }],
    }
  })
  return { parts, notes }
}
