/**
 * Declared secrets: resolved after the guard and before step 1, and again on resume. Every value is
 * masked from then on, used or not, also one that was replaced. A value is never in a message.
 */
import { lstatSync, readFileSync, type Stats } from 'node:fs'
import { resolve } from 'node:path'
import { secretName } from '../../engine/render/weak-secrets.ts'
import { inheritedEnv } from '../../engine/render/command-env.ts'
import type { Secrets } from '../../engine/live-run.ts'
import { HotwashError } from '../../errors.ts'
import type { Template } from '../../runbook/deferred.ts'
import { renderTree } from '../../runbook/expressions/interpolate.ts'
import { scopeBeforeRun } from '../../runbook/expressions/scope.ts'
import type { Value } from '../../incident/value.ts'
import type { Runbook, SecretSource, SecretSpec } from '../../runbook/runbook.ts'
import { readEnvFile } from '../../steps/env-file.ts'
import { allTexts, type OneText } from './all-texts.ts'
import type { World } from '../world.ts'

const COMMAND_LIMIT_MS = 30_000
const MAX_SECRET_BYTES = 65_536
const MAX_KEYS_TOLD = 20
const READABLE_BY_OTHERS = 0o077

export type SecretWorld = Pick<World, 'ports' | 'redactor' | 'root'>
type Inputs = Readonly<Record<string, Value>>

/** Nothing is resolved: for guards and for answers from another terminal. */
export const noSecrets = (runbook: Runbook): Secrets => ({
  values: () => ({}),
  refresh: () => Promise.resolve([]),
  files: [],
  variables: variablesOf(runbook),
})

const variablesOf = ({ secrets, includes }: Runbook): string[] => [
  ...variablesIn(secrets),
  ...Object.values(includes).flatMap(({ runbook }) => variablesIn(runbook.secrets)),
]

const variablesIn = (secrets: Runbook['secrets']): string[] =>
  Object.values(secrets).flatMap(({ source }) => ('env' in source ? [source.env] : []))

/** Of the runbook and all that it includes. Throws SECRET, with all that do not resolve; nothing was run then. */
export async function resolveSecrets(
  world: SecretWorld,
  runbook: Runbook,
  inputs: Inputs,
): Promise<Secrets> {
  const all = new Map<string, Record<string, string>>()
  const files = new Set<string>()
  const read = async (name: string, spec: SecretSpec, text: OneText): Promise<void> => {
    const { source, optional } = rendered(text.runbook, { name, spec, inputs: text.inputs })
    const path = 'file' in source ? source.file : 'env_file' in source ? source.env_file : undefined
    if (path) files.add(resolve(world.root, path))
    const called = secretName(text.source, name)
    const value = await valueOf(world, called, { source, runbook })
    if (value === undefined && !optional) throw missing(world, called, source)
    if (value === undefined) return
    world.redactor.add(called, value)
    all.set(text.source, { ...all.get(text.source), [name]: value })
  }
  const readAll = async (which: (spec: SecretSpec, text: OneText) => boolean) => {
    const problems: HotwashError[] = []
    for (const text of allTexts(runbook, inputs)) {
      for (const [name, spec] of Object.entries(text.runbook.secrets)) {
        if (!which(spec, text)) continue
        try {
          await read(name, spec, text)
        } catch (error) {
          if (!(error instanceof HotwashError)) throw error
          problems.push(error)
        }
      }
    }
    return problems
  }
  const problems = await readAll(() => true)
  if (problems.length > 0) throw together(problems)
  return {
    values: (source = '') => all.get(source) ?? {},
    get files() {
      return [...files]
    },
    variables: variablesOf(runbook),
    async refresh({ id, origin }) {
      const { source = '', local = id } = origin ?? {}
      const failed = await readAll(
        ({ refreshedBy }, text) => refreshedBy === local && text.source === source,
      )
      return failed.map(({ message }) => `after step ${id}: ${message}; its earlier value is kept`)
    },
  }
}

/** All at once: whoever is in a hurry mends them in one go. */
function together(problems: readonly HotwashError[]): HotwashError {
  const [first] = problems
  if (first !== undefined && problems.length === 1) return first
  const lines = problems.map(({ message, hint }) =>
    hint === undefined ? `  ${message}` : `  ${message}: ${hint}`,
  )
  return new HotwashError(
    'SECRET',
    [`${problems.length} secrets do not resolve:`, ...lines].join('\n'),
    { hint: 'mend them and run it again; nothing was run' },
  )
}

type Source =
  { env: string } | { file: string } | { env_file: string; key: string } | { command: string[] }

function rendered(
  runbook: Runbook,
  at: { name: string; spec: SecretSpec; inputs: Inputs },
): { source: Source; optional: boolean } {
  const scope = scopeBeforeRun(at.inputs)
  const { source, optional } = at.spec
  const result = renderTree<{ source: SecretSource; optional: boolean | Template }>(
    { source, optional },
    { scope, runbook },
  )
  if (result.ok) return result.value
  throw new HotwashError('SECRET', `secret ${at.name}: ${result.message}`)
}

async function valueOf(
  world: SecretWorld,
  name: string,
  { source, runbook }: { source: Source; runbook: Runbook },
): Promise<string | undefined> {
  if ('env' in source) return world.ports.process.env()[source.env] || undefined
  if ('file' in source) return readSecretFile(world, name, source.file)?.replace(/\r?\n$/, '')
  if ('env_file' in source) {
    const text = readSecretFile(world, name, source.env_file)
    return text === undefined ? undefined : readEnvFile(text).values.get(source.key) || undefined
  }
  return fromCommand(world, name, { argv: source.command, runbook })
}

function missing(world: SecretWorld, name: string, source: Source): HotwashError {
  if ('env' in source) {
    return new HotwashError('SECRET', `secret ${name}: the variable ${source.env} is not set`, {
      hint: `export ${source.env}=…`,
    })
  }
  if ('env_file' in source) {
    const { env_file: file, key } = source
    const text = readSecretFile(world, name, file)
    const keys = text === undefined ? [] : [...readEnvFile(text).values.keys()]
    const has =
      keys.length === 0
        ? ''
        : `; it has ${keys.slice(0, MAX_KEYS_TOLD).join(', ')}${keys.length > MAX_KEYS_TOLD ? ', …' : ''}`
    const what = text === undefined ? `there is no file ${file}` : `${file} has no ${key}${has}`
    const message = `secret ${name}: ${what}`
    const hint = `add the line ${key}=… to ${file} (mode 0600)`
    return new HotwashError('SECRET', message, { hint })
  }
  if ('file' in source) {
    return new HotwashError(
      'SECRET',
      `secret ${name}: the file ${source.file} is missing or empty`,
      {
        hint: `write the value to ${source.file} (mode 0600)`,
      },
    )
  }
  const [program] = source.command
  return new HotwashError('SECRET', `secret ${name}: the command ${program} gives nothing`, {
    hint: 'run it by hand and see what it says',
  })
}

/** Only its owner may read it; a link could be pointed elsewhere by others. */
function readSecretFile(world: SecretWorld, name: string, path: string): string | undefined {
  // An input that names no file.
  if (path === '') return undefined
  const file = resolve(world.root, path)
  const stats = orUnreadable({ name, path }, () => lstatSync(file, { throwIfNoEntry: false }))
  if (stats === undefined) return undefined
  const problem = whyUnsafe(stats)
  if (problem !== undefined) {
    throw new HotwashError('SECRET', `secret ${name}: ${path} ${problem.says}`, {
      hint: problem.fix(path),
    })
  }
  return orUnreadable({ name, path }, () => readFileSync(file, 'utf8').slice(0, MAX_SECRET_BYTES))
}

function orUnreadable<T>({ name, path }: { name: string; path: string }, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error'
    throw new HotwashError('SECRET', `secret ${name}: ${path} cannot be read (${code})`, {
      hint: `see that you may read it: ls -l ${path}`,
    })
  }
}

/** Why no secret is read from this file, and what mends it. */
export function whyUnsafe(stats: Stats): { says: string; fix(path: string): string } | undefined {
  if (stats.isSymbolicLink()) {
    return { says: 'is a symbolic link', fix: () => 'name the file itself' }
  }
  if (!stats.isFile()) return { says: 'is no regular file', fix: () => 'name a file' }
  const self = process.getuid?.()
  if (self !== undefined && stats.uid !== self && stats.uid !== 0) {
    return { says: 'belongs to another user', fix: (path) => `chown ${self} ${path}` }
  }
  if ((stats.mode & READABLE_BY_OTHERS) === 0) return undefined
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0')
  return { says: `has mode ${mode}: others can read it`, fix: (path) => `chmod 600 ${path}` }
}

async function fromCommand(
  world: SecretWorld,
  name: string,
  { argv, runbook }: { argv: string[]; runbook: Runbook },
): Promise<string | undefined> {
  const exit = await world.ports.process.capture(
    {
      argv: argv as [string, ...string[]],
      cwd: world.root,
      env: inheritedEnv(world.ports.process.env(), variablesOf(runbook)),
      signal: AbortSignal.timeout(COMMAND_LIMIT_MS),
    },
    MAX_SECRET_BYTES,
  )
  if (exit.exitCode === 0) return exit.stdout.replace(/\r?\n$/, '') || undefined
  // Its output may hold the secret: only how it ended is said.
  const how = exit.notStarted ?? (exit.aborted ? 'took too long' : `ended with ${exit.exitCode}`)
  throw new HotwashError('SECRET', `secret ${name}: the command ${argv[0]} ${how}`, {
    hint: 'run it by hand and see what it says',
  })
}
