/** Second stage of the composition: the kinds, HTTP, databases, the operator and signals. */
import type { Signals } from '../ports/operator.ts'
import type { RecordWorld } from '../usecases/record-world.ts'
import type { World } from '../usecases/world.ts'
import { packageRoot } from './package.ts'
import { stateFolder } from './state-folder.ts'

export async function buildWorld(base: RecordWorld, options: { plain: boolean }): Promise<World> {
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
      database: createDatabasePort({ process, files, random, root: base.root }),
    },
    operator: await createOperator({ plain: options.plain, clock }),
    signals: createSignals(),
    kinds: KINDS,
    packageRoot,
  }
}

export async function openSignals(): Promise<Signals> {
  const { createSignals } = await import('../adapters/signals.ts')
  return createSignals()
}
