/** Looks at everything a snapshot asks for, at once; what cannot be seen is said and stands in no one's way. */
import type { Value } from '../../../runbook/runbook.ts'
import type { StepContext } from '../../kind.ts'
import { collectDatabase, collectTable } from './collect-database.ts'
import { collectFile } from './collect-file.ts'
import { collectGit } from './collect-git.ts'
import { collectEnv, collectHttp, collectRun, collectVersion } from './collect-machine.ts'
import type { Group, SnapshotParams } from './params.ts'

/** One thing looked at. `name` is unique within the snapshot. */
export type Seen = { group: Group; name: string } & (
  { ok: true; value: Value } | { ok: false; reason: string }
)

/** A collector throws when it cannot see; `signal` is its own limit. */
export type Collector = (context: StepContext, signal: AbortSignal) => Promise<Value>
type Task = { group: Group; name: string; collect: Collector }

/** One thing that hangs must not keep the others. */
const LIMIT_MS = 15_000
/** So that a long list does not look like an attack, or exhaust a small machine. */
const AT_ONCE = 8

export async function collectAll(asked: SnapshotParams, context: StepContext): Promise<Seen[]> {
  const tasks = tasksOf(asked)
  const seen: Seen[] = []
  const worker = async (from: IterableIterator<[number, Task]>): Promise<void> => {
    for (const [index, task] of from) seen[index] = await look(task, context)
  }
  const waiting = tasks.entries()
  await Promise.all(Array.from({ length: AT_ONCE }, () => worker(waiting)))
  return seen
}

async function look({ group, name, collect }: Task, context: StepContext): Promise<Seen> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(LIMIT_MS)])
  try {
    return { group, name, ok: true, value: await collect(context, signal) }
  } catch (error) {
    const reason = signal.aborted
      ? `no answer within ${LIMIT_MS / 1000} s`
      : error instanceof Error
        ? error.message
        : String(error)
    return { group, name, ok: false, reason }
  }
}

function tasksOf(asked: SnapshotParams): Task[] {
  const {
    git,
    files = [],
    env = [],
    versions = [],
    http = [],
    database,
    tables = {},
    run = {},
  } = asked
  const task = (group: Group, name: string, collect: Collector): Task => ({ group, name, collect })
  return [
    ...(git === true ? [task('git', 'git', collectGit)] : []),
    ...files.map((path) => task('files', `file ${path}`, collectFile(path))),
    ...env.map((name) => task('env', `env ${name}`, collectEnv(name))),
    ...versions.map((program) => task('versions', `version ${program}`, collectVersion(program))),
    ...http.map((url) => task('http', `http ${url}`, collectHttp(url))),
    ...(database === undefined
      ? []
      : [task('database', `database ${database}`, collectDatabase(database))]),
    ...Object.entries(tables).map(([name, wanted]) =>
      task('tables', `table ${name}`, collectTable(database ?? '', { name, ...wanted })),
    ),
    ...Object.entries(run).map(([name, argv]) => task('run', `run ${name}`, collectRun(argv))),
  ]
}
