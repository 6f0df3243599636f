/** The sources of a configuration, read: env files within a bound, and the process environment. */
import { resolve } from 'node:path'
import { readEnvFile } from '../../env-file.ts'
import type { StepContext } from '../../kind.ts'
import { ENVIRONMENT, isMeant, type ConfigParams } from './params.ts'

const MAX_FILE_BYTES = 1_048_576
const MAX_KEYS = 20_000

type Shadowed = { key: string; lines: number[]; values: string[] }

export type Source = {
  /** The path as the runbook names it, `environment`, or the name of a compared environment. */
  name: string
  values: ReadonlyMap<string, string>
  /** Keys that are given more than once in this file, the last one counts. */
  shadowed: Shadowed[]
  /** What is wrong with the file, in words, without any of its text. */
  problems: string[]
  notes: string[]
  isRead: boolean
}

export type Sources = {
  /** The one that counts comes first. */
  layers: Source[]
  compared: Source[]
}

export async function readSources(asked: ConfigParams, context: StepContext): Promise<Sources> {
  const known = new Map<string, Promise<Source>>()
  const read = (path: string, name: string, optional: boolean): Promise<Source> => {
    const full = resolve(context.cwd, path)
    const reading = known.get(full) ?? readFile(full, context)
    known.set(full, reading)
    return reading.then((source) => named(source, { name, path, optional }))
  }
  const files = asked.files.filter(({ path }) => path !== '')
  const layers = await Promise.all(files.map(({ path, optional }) => read(path, path, optional)))
  if (asked.order === 'last_wins') layers.reverse()
  const compared = await Promise.all(
    Object.entries(asked.compare ?? {}).map(([name, path]) => read(path, name, false)),
  )
  const environment = environmentOf(asked, [...layers, ...compared], context)
  if (environment === undefined) return { layers, compared }
  const loses = asked.environment === 'loses'
  return { layers: loses ? [...layers, environment] : [environment, ...layers], compared }
}

function named(
  source: Source,
  { name, path, optional }: { name: string; path: string; optional: boolean },
): Source {
  const says = name === path ? path : `${name} (${path})`
  const problems = source.problems.map((problem) => `${says} ${problem}`)
  const notes = source.notes.map((note) => `${says} ${note}`)
  if (!source.isRead && optional && source.problems[0] === MISSING) {
    return { ...source, name, problems: [], notes: problems }
  }
  return { ...source, name, problems, notes }
}

const MISSING = 'is missing'

const unread = (problem: string): Source => ({
  name: '',
  values: new Map(),
  shadowed: [],
  problems: [problem],
  notes: [],
  isRead: false,
})

async function readFile(path: string, { ports }: StepContext): Promise<Source> {
  const read = await ports.files.readRegular(path, MAX_FILE_BYTES)
  if (read.is !== 'read') {
    return unread(
      read.is === 'too_large' ? `is larger than ${MAX_FILE_BYTES} bytes` : WORDS[read.is],
    )
  }
  if (read.text.includes('\0')) return unread('is not UTF-8 text: it holds a NUL')
  const file = readEnvFile(read.text)
  if (file.values.size > MAX_KEYS) return unread(`has more than ${MAX_KEYS} keys`)
  const shadowed = shadowedIn(file.assignments)
  const empty = file.assignments.filter(({ value }) => value === '')
  const expanded = file.assignments.filter(({ value }) => /\$\{?[A-Za-z_(]/.test(value))
  return {
    name: '',
    values: file.values,
    shadowed,
    problems: [
      ...linesInWords(file.strayLines, 'no KEY=VALUE'),
      ...file.openQuotes.map(
        ({ name, line }) =>
          `has a quotation mark at ${name} in line ${line} that takes in other keys`,
      ),
    ],
    notes: [
      ...keysInWords(expanded, (keys) => `has a $ in ${keys}, which is taken as it stands`),
      ...keysInWords(empty, (keys) => `sets ${keys} to nothing`),
    ],
    isRead: true,
  }
}

const WORDS = {
  missing: MISSING,
  directory: 'is a folder, where a file is needed',
  special: 'is no regular file',
  denied: 'may not be read: permission denied',
  failed: 'cannot be read',
} as const

const SHOWN = 5

const listed = (words: readonly (string | number)[]): string =>
  words.length <= SHOWN
    ? words.join(', ')
    : `${words.slice(0, SHOWN).join(', ')} and ${words.length - SHOWN} more`

const keysInWords = (
  found: readonly { name: string }[],
  says: (keys: string) => string,
): string[] => (found.length === 0 ? [] : [says(listed(found.map(({ name }) => name)))])

const linesInWords = (lines: readonly number[], what: string): string[] =>
  lines.length === 0 ? [] : [`has ${what} in line ${listed(lines)}`]

function shadowedIn(
  assignments: readonly { name: string; value: string; line: number }[],
): Shadowed[] {
  const all = new Map<string, Shadowed>()
  for (const { name, value, line } of assignments) {
    const known = all.get(name)
    if (known === undefined) all.set(name, { key: name, lines: [line], values: [value] })
    else {
      known.lines.push(line)
      known.values.push(value)
    }
  }
  return [...all.values()].filter(({ lines }) => lines.length > 1)
}

/** Of the environment, what the files or the rules speak of: the rest is not the service's. */
function environmentOf(
  asked: ConfigParams,
  files: readonly Source[],
  { ports, env }: StepContext,
): Source | undefined {
  if (asked.environment === false) return undefined
  const wanted = new Set(files.flatMap(({ values }) => [...values.keys()]))
  // Commands do not inherit the variables that secrets are read from, but the service has them.
  const all = Object.entries({ ...ports.process.env(), ...env })
  const values = all.filter(
    ([key]) => wanted.has(key) || asked.rules.some((rule) => isMeant(key, rule.key)),
  )
  return {
    name: ENVIRONMENT,
    values: new Map(values),
    shadowed: [],
    problems: [],
    notes: [],
    isRead: true,
  }
}
