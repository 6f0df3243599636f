/** Where the log comes from: a file as long as it was when the reading began, or a command's output. */
import { resolve } from 'node:path'
import { HotwashError } from '../../../errors.ts'
import { endedBy } from '../../ended.ts'
import type { Outcome, StepContext } from '../../kind.ts'
import { runCommand } from '../../run-command.ts'
import type { LogsParams } from './params.ts'

/** `failed`: it could not be read. `readTo`: where in the file a later step may go on. */
export type Source = { failed?: Outcome; readTo: number; notes: string[] }

export function readSource(
  asked: LogsParams,
  context: StepContext,
  push: (bytes: Uint8Array) => void,
): Promise<Source> {
  if (asked.command !== undefined) return readCommand(asked.command, context, push)
  return readFile(resolve(context.cwd, asked.file ?? ''), { asked, context, push })
}

const failed = (ended: Outcome['ended'], reason: string): Source => ({
  failed: { ended, reason, data: {}, evidence: [] },
  readTo: 0,
  notes: [],
})

type Reading = { asked: LogsParams; context: StepContext; push: (bytes: Uint8Array) => void }

async function readFile(path: string, { asked, context, push }: Reading): Promise<Source> {
  const from = asked.from_byte ?? 0
  const { signal } = context
  const read = await context.ports.files
    .readBytes(path, { from, signal, onBytes: push })
    .catch((error: unknown) => whyNot(path, error))
  if (signal.aborted) return failed(endedBy(signal), 'the reading was ended')
  if (typeof read === 'string') return failed('failed', read)
  const { size, sizeAfter, from: began, to } = read
  const notes: string[] = []
  if (began < from) {
    notes.push(`${path} is shorter than from_byte (${size} bytes): it was read from its beginning`)
  }
  if (to < size) notes.push(`${path} was truncated while it was read: ${to} of ${size} bytes were`)
  else if (sizeAfter < size) notes.push(`${path} was truncated after it was read`)
  if (sizeAfter > size) {
    notes.push(`${path} grew by ${sizeAfter - size} bytes while it was read: those were not`)
  }
  return { readTo: to, notes }
}

function whyNot(path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (error instanceof HotwashError) throw error
  switch (code) {
    case 'ENOENT':
      return `there is no file ${path}: name the log that the service writes, or a command that prints it, such as command: [journalctl, -u, SERVICE]`
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read by this account: run hotwash as one that may, or name a command that prints it`
    case 'ESPIPE':
      return `${path} is a pipe or a device, no plain file: name a command that prints the log`
    case 'EISDIR':
      return `${path} is a folder: name a file in it`
    case undefined:
      throw error
    default:
      return `${path} cannot be read: ${message}`
  }
}

/** Its standard error is not part of the log: it is kept as it is for any command. */
async function readCommand(
  argv: readonly string[],
  context: StepContext,
  push: (bytes: Uint8Array) => void,
): Promise<Source> {
  const quiet: StepContext = {
    ...context,
    tty: false,
    openSink: () => {
      const sink = context.openSink()
      return {
        ...sink,
        write: (bytes, stream) => (stream === 'stdout' ? push(bytes) : sink.write(bytes, stream)),
      }
    },
  }
  const outcome = await runCommand(argv as [string, ...string[]], quiet)
  if (outcome.ended !== 'completed') return { failed: outcome, readTo: 0, notes: [] }
  const exitCode = Number(outcome.data['exit_code'])
  // grep ends with 1 when it finds nothing, and so do others that print a log.
  const notes = exitCode === 0 ? [] : [`the command ended with exit code ${exitCode}`]
  const stderr = outcome.data['stderr']
  const said = typeof stderr === 'string' ? stderr.trim() : ''
  const isBroken = exitCode !== 0 && said !== ''
  const reason = `the command failed with exit code ${exitCode}: ${said.slice(0, 500)}`
  return isBroken
    ? { failed: { ...outcome, ended: 'failed', reason }, readTo: 0, notes }
    : { readTo: 0, notes }
}
