/**
 * The configuration of a service: who defines what, which definition counts, what differs, and
 * whether it follows its rules. Values are never shown: keys, files, fingerprints keyed per
 * incident, and of addresses host and database.
 */
import type { Rendered } from '../../runbook/fields.ts'
import type { ActionKind, Outcome, StepContext } from '../kind.ts'
import { judgeConfig } from './config/judge-config.ts'
import { ruleInWords } from './config/judge-rules.ts'
import { learnSecrets } from './config/learn-secrets.ts'
import { readLoaded, type Loaded } from './config/loaded-by.ts'
import { params, type ConfigParams } from './config/params.ts'
import { databasesOf, MOST_ROWS, tableText, winnersOf } from './config/report.ts'
import { readSources, type Source } from './config/sources.ts'
import { createLook, definitionsOf } from './config/winners.ts'
import { shown } from './http/request.ts'

const MOST_NOTES = 20

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
  shapes: {
    keys: `names of all keys`,
    winners: `{KEY: {file, fingerprint}}, of urls with host and database as well`,
    differing: `keys that have more than one value`,
    missing: `keys that some environment of \`compare\` does not have`,
    missing_in: `{FILE OR ENVIRONMENT: keys}`,
    loaded: `{KEY: {file, fingerprint, same}}, what the service sees; same: it is the winner`,
    databases: `[{file, key, host, database}]`,
    problems: `[{check, key, file, says}]`,
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
  const learned = learnSecrets([...all, ...asSource(loaded)], context)
  const look = createLook(context)
  const winning = definitionsOf(sources.layers)
  const known = sources.compared.length === 0 ? winning : definitionsOf(all)
  const judged = judgeConfig(asked, { sources, definitions: winning, loaded, look })
  const data = {
    keys: [...known.keys()].slice(0, MOST_ROWS),
    winners: winnersOf(winning, look),
    ...judged.data,
    databases: databasesOf(all, look),
  }
  return {
    ended: 'completed',
    data,
    checks: judged.checks,
    evidence: [
      { label: 'config', text: tableText(known, { sources: all, look }) },
      { label: 'config.json', text: `${JSON.stringify(data, null, 1)}\n` },
    ],
    notes: [
      ...new Set([...all.flatMap(({ notes }) => notes), ...judged.notes, ...learned.notes]),
    ].slice(0, MOST_NOTES),
  }
}

/** Values that only the service has are secrets as well. */
function asSource(loaded: Loaded | undefined): Source[] {
  if (loaded?.is !== 'read') return []
  const values = new Map([...loaded.values].map(([key, [value = '']]) => [key, value]))
  return [{ name: 'loaded', values, shadowed: [], problems: [], notes: [], isRead: true }]
}
