/** Looks at everything a snapshot asks for, at once; what cannot be seen is said and stands in no one's way. */
import type { Value } from '../../../incident/value.ts'
import type { StepContext } from '../../kind.ts'
import { collectDatabase, collectTable, collectTables } from './collect-database.ts'
import { collectFile } from './collect-file.ts'
import { collectGit } from './collect-git.ts'
import { collectHealth } from './collect-health.ts'
import { collectEnv, collectHttp, collectRun, collectVersion } from './collect-machine.ts'
import { collectPackages } from './collect-packages.ts'
import { collectPort, collectProcess } from './collect-processes.ts'
import type { Collector, Seen } from './collector.ts'
import type { Group, SnapshotParams } from './params.ts'

type Task = { group: Group; name: string; collect: Collector; limitMs?: number }

/** One thing that hangs must not keep the others. */
const LIMIT_MS = 15_000
/** Its checks have limits of their own. */
const HEALTH_LIMIT_MS = 60_000
/** Every row is read. */
const TABLES_LIMIT_MS = 60_000
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

async function look(task: Task, context: StepContext): Promise<Seen> {
  const { group, name, collect, limitMs = LIMIT_MS } = task
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(limitMs)])
  try {
    return { group, name, ok: true, value: masked(await collect(context, signal), context) }
  } catch (error) {
    const reason = signal.aborted
      ? `no answer within ${limitMs / 1000} s`
      : error instanceof Error
        ? error.message
        : String(error)
    return { group, name, ok: false, reason: context.mask(reason) }
  }
}

/** As it will be kept, so that it can be compared with what was kept. */
function masked(value: Value, context: StepContext): Value {
  if (typeof value === 'string') return context.mask(value)
  if (Array.isArray(value)) return value.map((item) => masked(item, context))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [context.mask(key), masked(item, context)]),
  )
}

function tasksOf(asked: SnapshotParams): Task[] {
  const { health, git, files = [], env = [], versions = [], packages = [] } = asked
  const { ports = [], processes = [], http = [], database, tables = {}, run = {} } = asked
  const task = (group: Group, name: string, collect: Collector): Task => ({ group, name, collect })
  return [
    ...(health === undefined
      ? []
      : [{ ...task('health', 'health', collectHealth(health)), limitMs: HEALTH_LIMIT_MS }]),
    ...(git === true ? [task('git', 'git', collectGit)] : []),
    ...files.map(withPath).map((file) => task('files', `file ${file.path}`, collectFile(file))),
    ...env.map((name) => task('env', `env ${name}`, collectEnv(name))),
    ...versions.map((program) => task('versions', `version ${program}`, collectVersion(program))),
    ...packages
      .map(withPath)
      .map((file) => task('packages', `packages ${file.path}`, collectPackages(file))),
    ...ports.map((port) => task('ports', `port ${port}`, collectPort(port))),
    ...processes.map((text) => task('processes', `process ${text}`, collectProcess(text))),
    ...http.map((url) => task('http', `http ${url}`, collectHttp(url))),
    ...(database === undefined
      ? []
      : [task('database', `database ${database}`, collectDatabase(database))]),
    ...(tables === 'all'
      ? [{ ...task('tables', 'tables', collectTables(database ?? '')), limitMs: TABLES_LIMIT_MS }]
      : Object.entries(tables).map(([name, wanted]) =>
          task('tables', `table ${name}`, collectTable(database ?? '', { name, ...wanted })),
        )),
    ...Object.entries(run).map(([name, argv]) => task('run', `run ${name}`, collectRun(argv))),
  ]
}

const withPath = <T extends { path: string }>(given: string | T): T | { path: string } =>
  typeof given === 'string' ? { path: given } : given
