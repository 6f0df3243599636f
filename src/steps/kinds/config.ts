/**
 * The configuration of a service: who defines what, which definition counts, what differs, and
 * whether it follows its rules. Values are never shown: keys, files, fingerprints keyed per
 * incident, and of addresses host and database.
 */
import type { Check } from '../../incident/event.ts'
import type { Rendered } from '../../runbook/fields.ts'
import type { Value } from '../../runbook/runbook.ts'
import type { ActionKind, Outcome, StepContext } from '../kind.ts'
import { AS_LOADED, compareLoaded } from './config/compare-loaded.ts'
import { differencesIn, IN_ENVIRONMENTS, IN_FILES } from './config/differences.ts'
import { checkOf, type Problem } from './config/findings.ts'
import { judgeRule, ruleInWords } from './config/judge-rules.ts'
import { learnSecrets } from './config/learn-secrets.ts'
import { readLoaded, type Loaded } from './config/loaded-by.ts'
import { ENVIRONMENT, params, type ConfigParams } from './config/params.ts'
import { databasesOf, MOST_ROWS, tableText, winnersOf } from './config/report.ts'
import { readSources, type Source, type Sources } from './config/sources.ts'
import { createLook, definitionsOf, type Definition, type Look } from './config/winners.ts'
import { shown } from './http/request.ts'

const READABLE = 'readable'

export const config: ActionKind<typeof params> = {
  type: 'action',
  kind: 'config',
  summary: 'says which file decides each setting, what differs, and which rules are broken',
  params,
  example: `config:
  files: [.env, backend/.env]
  order: first_wins
  environment: true
  loaded_by: {run: [./ops/print-config.sh]}
  compare: {staging: ops/staging.env, production: ops/production.env}
  ignore: ["*_REGION"]
  rules:
    JWT_SECRET: {required: true, min_length: 32, strength: strong, not: [changeme], between: different}
    DATABASE_URL: {required: true, type: postgres_url, between: different}
    PORT: {type: integer}`,
  effect: 'read',
  outcome: {
    keys: 'list',
    winners: 'map',
    differing: 'list',
    missing: 'list',
    missing_in: 'map',
    loaded: 'map',
    databases: 'list',
    problems: 'list',
  },
  expect: 'size(problems) == 0',
  defaultOutputs: {},
  timeoutMs: 120_000,
  plan: planOf,
  run,
}

function planOf(asked: ConfigParams): string {
  const files = asked.files.map(({ path }) => shown(path))
  const lines = [
    ...(files.length > 0
      ? [`read ${files.join(', ')}${asked.order === undefined ? '' : ` (${asked.order})`}`]
      : []),
    ...(asked.environment === false
      ? []
      : [
          `the process environment ${asked.environment === 'loses' ? 'counts after' : 'counts before'} files`,
        ]),
    ...Object.entries(asked.compare ?? {}).map(([name, path]) => `compare ${name}: ${shown(path)}`),
    ...(asked.loaded_by === undefined
      ? []
      : [`compare with what the service sees, by ${commandOf(asked.loaded_by.run)}`]),
    ...asked.rules.slice(0, 50).map((rule) => `${shown(rule.key)} ${ruleInWords(rule)}`),
  ]
  return lines.join('\n')
}

const commandOf = (run: string | readonly string[]): string =>
  typeof run === 'string' ? 'a script' : run.map(shown).join(' ')

async function run(asked: Rendered<ConfigParams>, context: StepContext): Promise<Outcome> {
  const sources = await readSources(asked, context)
  const all = [...sources.layers, ...sources.compared]
  const loaded =
    asked.loaded_by === undefined ? undefined : await readLoaded(asked.loaded_by, context)
  if (loaded?.is === 'timed_out' || loaded?.is === 'aborted') {
    return { ended: loaded.is, data: {}, evidence: [] }
  }
  const { notes } = learnSecrets([...all, ...asSource(loaded)], context)
  const look = createLook(context)
  const definitions = definitionsOf(sources.layers)
  const judged = judge(asked, { sources, definitions, loaded, look })
  const winners = winnersOf(definitions, look)
  const data = {
    keys: [...definitionsOf(all).keys()].slice(0, MOST_ROWS),
    winners,
    differing: judged.differing,
    missing: judged.missing,
    missing_in: judged.missingIn,
    loaded: judged.loaded,
    databases: databasesOf(all, look),
    problems: judged.problems.map((problem) => ({ ...problem })),
  }
  return {
    ended: 'completed',
    data,
    checks: judged.checks,
    evidence: [
      { label: 'config', text: tableText(definitionsOf(all), { sources: all, look }) },
      { label: 'config.json', text: `${JSON.stringify(data, null, 1)}\n` },
    ],
    notes: [...all.flatMap((source) => source.notes), ...notes].slice(0, 20),
  }
}

/** Values that only the service has are secrets as well. */
function asSource(loaded: Loaded | undefined): Source[] {
  if (loaded?.is !== 'read') return []
  const values = new Map([...loaded.values].map(([key, [value = '']]) => [key, value]))
  return [{ name: 'loaded', values, shadowed: [], problems: [], notes: [], isRead: true }]
}

type Judging = {
  sources: Sources
  definitions: ReadonlyMap<string, readonly Definition[]>
  loaded: Loaded | undefined
  look: Look
}

function judge(asked: ConfigParams, { sources, definitions, loaded, look }: Judging) {
  const { layers, compared } = sources
  const all = [...layers, ...compared]
  const problems: Problem[] = [...new Set(all)].flatMap((source) => readingProblems(source))
  const checks: Check[] = [
    checkOf(problems, {
      name: READABLE,
      wanted: 'each file is there and says each key once',
      holds: `${all.length} sources`,
    }),
  ]
  const inFiles = differencesIn(
    layers.filter(({ name }) => name !== ENVIRONMENT),
    { asked, look, check: IN_FILES },
  )
  const inEnvironments = differencesIn(compared, { asked, look, check: IN_ENVIRONMENTS })
  problems.push(...inFiles.problems, ...inEnvironments.problems)
  if (layers.length > 1) {
    checks.push(
      checkOf(problems, { name: IN_FILES, wanted: 'files agree on each key', holds: 'they agree' }),
    )
  }
  if (compared.length > 1) {
    checks.push(
      checkOf(problems, {
        name: IN_ENVIRONMENTS,
        wanted: 'environments have the same keys and values',
        holds: 'they do',
      }),
    )
  }
  const asLoaded = judgeLoaded(asked, { definitions, loaded, look })
  problems.push(...asLoaded.problems)
  if (loaded !== undefined) {
    checks.push(
      checkOf(problems, {
        name: AS_LOADED,
        wanted: 'the service sees what the order says',
        holds: `${Object.keys(asLoaded.seen).length} keys agree`,
      }),
    )
  }
  for (const rule of asked.rules) {
    const found = rulesOn(rule, { layers, compared })
    problems.push(...found.problems)
    checks.push(
      checkOf(found.problems, {
        name: rule.key,
        wanted: ruleInWords(rule),
        holds: `${found.judged} judged`,
      }),
    )
  }
  return {
    checks,
    problems,
    differing: [...new Set([...inFiles.differing, ...inEnvironments.differing])].slice(
      0,
      MOST_ROWS,
    ),
    missing: inEnvironments.missing.slice(0, MOST_ROWS),
    missingIn: Object.fromEntries([...inFiles.missingIn, ...inEnvironments.missingIn]) as Value,
    loaded: asLoaded.seen,
  }
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

function judgeLoaded(
  asked: ConfigParams,
  { definitions, loaded, look }: Pick<Judging, 'definitions' | 'loaded' | 'look'>,
): ReturnType<typeof compareLoaded> {
  if (loaded === undefined) return { seen: {}, problems: [] }
  if (loaded.is === 'read')
    return compareLoaded({ asked, definitions, loaded: loaded.values, look })
  const says = loaded.is === 'failed' ? loaded.reason : loaded.is
  return { seen: {}, problems: [{ check: AS_LOADED, key: '', file: '', says }] }
}

/** Of files that are read one over the other the winner is judged; of environments, each by itself. */
function rulesOn(rule: ConfigParams['rules'][number], { layers, compared }: Sources) {
  const groups =
    layers.length > 0
      ? [{ sources: layers, where: '' }]
      : compared.map((source) => ({ sources: [source], where: ` in ${source.name}` }))
  const found = groups.map(({ sources, where }) => {
    const keys = new Set(sources.flatMap(({ values }) => [...values.keys()]))
    return judgeRule(rule, { keys, sources, where })
  })
  return {
    problems: found.flatMap(({ problems }) => problems),
    judged: found.reduce((sum, { judged }) => sum + judged, 0),
  }
}
