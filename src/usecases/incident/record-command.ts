/** `hotwash exec`: an improvised command, run as typed, with its output as evidence. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { HotwashError } from '../../errors.ts'
import { defined } from '../../incident/defined.ts'
import type { Journal, Published, Spooled } from '../../ports/journal.ts'
import type { Signals } from '../../ports/operator.ts'
import type { Exit } from '../../ports/process.ts'
import { onDisk } from '../../record/journal/disk.ts'
import { openSink } from '../../steps/output-sink.ts'
import { pickIncident } from '../pick-incident.ts'
import { publishNow } from '../publish-now.ts'
import type { RecordWorld } from '../record-world.ts'

export type CommandRequest = {
  argv: readonly string[]
  incident: string | undefined
  signals: Signals
  onLine: (line: string, stream: 'stdout' | 'stderr') => void
}

export type RecordedCommand = {
  incident: string
  clock: number
  exit: Exit
  interrupted: boolean
  evidence: readonly { label: string; sha256: string; bytes: number }[]
  record: Published
}

export async function recordCommand(
  world: RecordWorld,
  request: CommandRequest,
): Promise<RecordedCommand> {
  const [program, ...rest] = request.argv
  if (program === undefined) {
    throw new HotwashError('USAGE', 'no command to run', {
      hint: 'hotwash exec -- systemctl status login',
    })
  }
  const journal = world.store.open(pickIncident(world.store, request.incident, { open: true }))
  const folder = join(journal.dir, 'local', 'spool', world.random.hex(8))
  onDisk(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }))
  const sink = openSink({ folder, redactor: world.redactor, onLine: request.onLine })
  const abort = new AbortController()
  const stopListening = request.signals.listen((name) => {
    // A closed terminal must not end what was begun in it.
    if (name !== 'SIGHUP') abort.abort(new Error(name))
  })
  const exit = await world.process
    .run({
      argv: [program, ...rest],
      cwd: world.cwd,
      env: world.process.env(),
      onOutput: (bytes, stream) => sink.write(bytes, stream),
      signal: abort.signal,
    })
    .finally(stopListening)
  const { stdout, stderr } = await sink.end()
  if (exit.notStarted !== undefined) {
    throw new HotwashError('STEP_FAILED', `${program} could not be started: ${exit.notStarted}`)
  }
  const kept = recorded(journal, { argv: request.argv, exit, stdout, stderr })
  const record = await publishNow(world, journal)
  return { incident: journal.incident, ...kept, exit, interrupted: abort.signal.aborted, record }
}

type Ran = Pick<CommandRequest, 'argv'> & { exit: Exit } & Record<'stdout' | 'stderr', Spooled>

const recorded = (journal: Journal, { argv, exit, stdout, stderr }: Ran) => {
  try {
    const evidence = [
      ...(stdout.bytes > 0 ? [journal.takeEvidence('stdout', stdout)] : []),
      ...(stderr.bytes > 0 ? [journal.takeEvidence('stderr', stderr)] : []),
    ]
    const { clock } = journal.append({
      type: 'command.recorded',
      data: {
        argv: [...argv],
        duration_ms: Math.round(exit.durationMs),
        ...defined({ exit_code: exit.exitCode, signal: exit.signal }),
        evidence,
      },
    })
    return { evidence, clock }
  } catch (error) {
    if (!(error instanceof HotwashError)) throw error
    // It has had its effect: nobody may be told to do it again.
    const { signal, exitCode } = exit
    throw new HotwashError(
      error.code,
      `the command was run (${signal ?? `exit code ${exitCode}`}) and is not recorded: ${error.message}`,
      { hint: 'do not run it again for that; mend it, then: hotwash note TEXT', cause: error },
    )
  }
}
