/** A command of a step: its output masked, spooled and shown, its child known to the engine. */
import { defined } from '../incident/defined.ts'
import type { Exit } from '../ports/process.ts'
import { endedBy } from './ended.ts'
import type { EvidenceDraft, Outcome, OutputSink, StepContext } from './kind.ts'

type Output = Awaited<ReturnType<OutputSink['end']>>

/** Chunks of a pipe are 64 KiB and own their memory; small ones may be cut from a shared pool. */
const OWN_MEMORY_BYTES = 16 * 1024

export async function runCommand(
  argv: readonly [string, ...string[]],
  context: StepContext,
): Promise<Outcome> {
  const sink = context.openSink()
  const { ports, cwd, env, stdin, tty, signal } = context
  let exit: Exit | undefined
  let output: Output
  try {
    exit = await ports.process.run({
      argv,
      cwd,
      env,
      tty,
      signal,
      ...defined({ stdin }),
      onStart: (child) => context.started(child),
      onOutput(bytes, stream) {
        sink.write(bytes, stream)
        giveBack(bytes)
      },
    })
  } finally {
    output = await sink.end()
  }
  return outcomeOf(exit, output, signal)
}

/**
 * Frees the memory of a chunk now. The garbage collector would let 50 MB of them pile up at 1 GB of
 * output, since to it a chunk looks like a few bytes.
 */
function giveBack({ buffer, length }: Uint8Array): void {
  const isWhole = length >= OWN_MEMORY_BYTES && buffer.byteLength === length
  if (isWhole && buffer instanceof ArrayBuffer) buffer.transfer(0)
}

function outcomeOf(exit: Exit, { stdout, stderr }: Output, signal: AbortSignal): Outcome {
  const streams = Object.entries({ stdout, stderr })
  const evidence = streams
    .filter(([, spool]) => spool.bytes > 0)
    .map(([label, { text: _text, ...spool }]): EvidenceDraft => ({ label, spool }))
  const outcome: Outcome = {
    ...endOf(exit, signal),
    data: {
      exit_code: exit.exitCode ?? exitCodeOf(exit.signal),
      signal: exit.signal ?? '',
      stdout: stdout.text,
      stderr: stderr.text,
      duration_ms: exit.durationMs,
      truncated: streams.some(([, { text, bytes }]) => bytes > Buffer.byteLength(text)),
    },
    evidence,
    notes: notesOf(exit, streams),
  }
  if (exit.exitCode !== undefined) outcome.exitCode = exit.exitCode
  if (exit.signal !== undefined) outcome.signal = exit.signal
  return outcome
}

function endOf(exit: Exit, signal: AbortSignal): Pick<Outcome, 'ended' | 'reason'> {
  if (exit.notStarted !== undefined) return { ended: 'failed', reason: exit.notStarted }
  if (!exit.aborted) return { ended: 'completed' }
  const how = exit.killed ? 'killed, since it did not end when it was asked to' : 'terminated'
  const ended = endedBy(signal)
  const why = ended === 'timed_out' ? 'it reached its time limit' : 'the operator ended it'
  return { ended, reason: `${why}: ${how}, with all that it had started` }
}

/** As shells give it, so that a condition on the exit code fails for a command that was killed. */
const exitCodeOf = (signal: string | undefined): number => 128 + (SIGNAL_NUMBERS[signal ?? ''] ?? 0)

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGABRT: 6,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
}

function notesOf(exit: Exit, streams: [string, Output['stdout']][]): string[] {
  const leftOut = streams
    .filter(([, { leftOutBytes }]) => leftOutBytes > 0)
    .map(
      ([name, { bytes, leftOutBytes }]) =>
        `${name}: ${bytes} bytes, of which ${leftOutBytes} in the middle are not kept`,
    )
  const leftover =
    'a process that the command left behind still held its output, which was not read any further; ' +
    'start a service with its output sent to a file'
  return exit.leftover ? [...leftOut, leftover] : leftOut
}
