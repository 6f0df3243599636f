/**
 * What the service really sees, as a command of the runbook prints it. Its output is full of
 * secrets: it is read here, and goes neither to the screen nor into the record.
 */
import { readEnvFile } from '../../env-file.ts'
import { endedBy } from '../../ended.ts'
import type { StepContext } from '../../kind.ts'
import type { ConfigParams } from './params.ts'

const MAX_OUTPUT_BYTES = 4 * 1_048_576

/** Each key with the ways in which its line can be read: with quotation marks as they stand, or without. */
export type Loaded =
  | { is: 'read'; values: ReadonlyMap<string, readonly string[]> }
  | { is: 'failed'; reason: string }
  | { is: 'timed_out' | 'aborted' }

export async function readLoaded(
  { run }: NonNullable<ConfigParams['loaded_by']>,
  context: StepContext,
): Promise<Loaded> {
  const { ports, cwd, env, signal } = context
  const script =
    typeof run === 'string' ? await ports.files.privateFile('script.sh', run) : undefined
  const argv = script === undefined ? (run as string[]) : ['bash', '-euo', 'pipefail', script.path]
  const [program] = argv
  try {
    const exit = await ports.process.capture(
      {
        argv: argv as [string, ...string[]],
        cwd,
        env,
        signal,
        onStart: (child) => context.started(child),
      },
      MAX_OUTPUT_BYTES + 1,
    )
    if (signal.aborted) return { is: endedBy(signal) }
    if (exit.notStarted !== undefined) return { is: 'failed', reason: exit.notStarted }
    if (exit.exitCode !== 0) {
      const how =
        exit.exitCode === undefined ? `was ended by ${exit.signal}` : `ended with ${exit.exitCode}`
      return { is: 'failed', reason: `${program} ${how}; what it said is not kept` }
    }
    const tooLong = Buffer.byteLength(exit.stdout) > MAX_OUTPUT_BYTES
    if (tooLong)
      return { is: 'failed', reason: `${program} printed more than ${MAX_OUTPUT_BYTES} bytes` }
    const values = valuesIn(exit.stdout)
    if (values !== undefined && values.size > 0) return { is: 'read', values }
    const wanted = 'KEY=VALUE lines, NUL-separated KEY=VALUE, or one JSON map'
    return { is: 'failed', reason: `${program} printed no ${wanted}` }
  } finally {
    await script?.remove()
  }
}

function valuesIn(output: string): Map<string, string[]> | undefined {
  if (output.includes('\0')) return pairs(output.split('\0'))
  if (output.trimStart().startsWith('{')) return fromJson(output)
  const values = pairs(output.split('\n'))
  // Lines may be written as in an env file, with quotation marks, or as `env` prints them.
  for (const [key, value] of readEnvFile(output).values) {
    const known = values.get(key) ?? []
    values.set(key, known.includes(value) ? known : [...known, value])
  }
  return values
}

function pairs(lines: readonly string[]): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const line of lines) {
    const at = line.indexOf('=')
    const key = line.slice(0, at)
    if (at > 0 && /^[A-Za-z_][\w.:-]*$/.test(key)) values.set(key, [line.slice(at + 1)])
  }
  return values
}

function fromJson(output: string): Map<string, string[]> | undefined {
  let value: unknown
  try {
    value = JSON.parse(output)
  } catch {
    return undefined
  }
  const values = new Map<string, string[]>()
  if (value === null || typeof value !== 'object') return undefined
  for (const [key, held] of Object.entries(value)) {
    if (['string', 'number', 'boolean'].includes(typeof held)) values.set(key, [String(held)])
  }
  return values
}
