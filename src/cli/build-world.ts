/**
 * The composition root: the only file that knows adapters. Built in two stages, because most
 * commands only read or write the record and must start as fast as Node does:
 *   base    where we are (repository, root), who we are, configuration, the ports the record needs
 *   world   base, and the kinds, HTTP, databases, the operator and signals
 */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Actor } from '../incident/event.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { GitPort, Repository } from '../ports/git.ts'
import type { ProcessPort } from '../ports/process.ts'
import type { Store } from '../record/store.ts'
import type { Redactor } from '../redact/redactor.ts'
import type { Config } from '../usecases/config.ts'
import type { World } from '../usecases/world.ts'
import { packageRoot, TOOL } from './package.ts'
import { redactStreams } from './streams.ts'

export type Base = {
  git: GitPort
  repository: Repository | undefined
  root: string
  cwd: string
  actor: Actor
  config: Config
  process: ProcessPort
  clock: Clock
  random: Random
  redactor: Redactor
  tool: string
}

export async function buildBase(cwd: string): Promise<Base> {
  const [{ createProcessPort }, { createClock }, { createRandom }, { createRedactor }] =
    await Promise.all([
      import('../adapters/process.ts'),
      import('../adapters/clock.ts'),
      import('../adapters/random.ts'),
      import('../redact/redactor.ts'),
    ])
  const [{ createGitPort }, { findRepository }, { readActor }, { readConfig }] = await Promise.all([
    import('../adapters/git.ts'),
    import('../adapters/repository.ts'),
    import('../adapters/actor.ts'),
    import('../usecases/read-config.ts'),
  ])
  const process = createProcessPort()
  const git = createGitPort({ process })
  const redactor = createRedactor()
  redactStreams(redactor)
  const [repository, actor] = await Promise.all([
    findRepository(git, cwd, process.env()),
    readActor(git, cwd, process.env()),
  ])
  const root = repository?.root ?? cwd
  return {
    git,
    repository,
    root,
    cwd,
    actor,
    config: await readConfig(root),
    process,
    clock: createClock(),
    random: createRandom(),
    redactor,
    tool: TOOL,
  }
}

export async function openStoreOf(base: Base): Promise<Store> {
  const { openStore } = await import('../record/store.ts')
  return openStore(base)
}

export async function buildWorld(base: Base, options: { plain: boolean }): Promise<World> {
  const [
    { createHttpPort },
    { createDatabasePort },
    { createFiles },
    { createSignals },
    { KINDS },
  ] = await Promise.all([
    import('../adapters/http.ts'),
    import('../adapters/database.ts'),
    import('../adapters/files.ts'),
    import('../adapters/signals.ts'),
    import('../steps/registry.ts'),
  ])
  const { process, clock, random } = base
  const files = createFiles({ stateDir: stateFolder(base) })
  const { createOperator } = await import('./create-operator.ts')
  return {
    ...base,
    ports: {
      process,
      clock,
      random,
      files,
      http: createHttpPort(),
      database: createDatabasePort({ process, files, random }),
    },
    operator: await createOperator({ plain: options.plain, clock }),
    signals: createSignals(),
    kinds: KINDS,
    packageRoot,
  }
}

/** Where dumps and locks live: private to this account, never in git. */
export function stateFolder(base: Pick<Base, 'config' | 'process' | 'root'>): string {
  if (base.config.state_dir !== undefined) return resolve(base.root, base.config.state_dir)
  const env = base.process.env()
  return join(env['XDG_STATE_HOME'] || join(env['HOME'] ?? homedir(), '.local', 'state'), 'hotwash')
}
