/**
 * The composition root: this file and build-world.ts are the only ones that know adapters. In two
 * stages, because most commands only read or write the record and must start as fast as Node does:
 *   record world   where we are, who we are, configuration, and the ports the record needs
 *   world          that, and the kinds, HTTP, databases, the operator and signals
 */
import { accountActor, readActor } from '../adapters/actor.ts'
import { createClock } from '../adapters/clock.ts'
import { createGitPort } from '../adapters/git.ts'
import { createProcessPort } from '../adapters/process.ts'
import { createRandom } from '../adapters/random.ts'
import { findRepository } from '../adapters/repository.ts'
import { createRedactor } from '../redact/redactor.ts'
import { openStore } from '../record/store.ts'
import { readConfig } from '../usecases/read-config.ts'
import type { RecordWorld } from '../usecases/record-world.ts'
import { TOOL } from './package.ts'
import { redactStreams, talk } from './streams.ts'

/** With `reads`, git is not asked who we are: nothing will be appended. */
export async function buildRecordWorld(
  cwd: string,
  use: { reads: boolean } = { reads: false },
): Promise<RecordWorld> {
  const process = createProcessPort()
  const git = createGitPort({ process })
  const redactor = createRedactor()
  redactStreams(redactor)
  const [repository, actor] = await Promise.all([
    findRepository(git, cwd, process.env()),
    use.reads ? accountActor() : readActor(git, cwd, process.env()),
  ])
  const root = repository?.root ?? cwd
  const parts = {
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
    onRecovered: (words: string) => talk(`warning: ${words}`),
  }
  return { ...parts, store: openStore(parts) }
}
