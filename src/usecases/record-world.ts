/**
 * What the record needs: enough for every use case that runs no step. It starts as fast as Node
 * does; `World` adds kinds, HTTP, databases, the operator.
 */
import type { Actor } from '../incident/event.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { GitPort, Repository } from '../ports/git.ts'
import type { ProcessPort } from '../ports/process.ts'
import type { Store } from '../record/store.ts'
import type { Redactor } from '../redact/redactor.ts'
import type { Config } from './config.ts'

export type RecordWorld = {
  git: GitPort
  /** undefined: not in a repository. */
  repository: Repository | undefined
  /** The repository's root, else the folder where hotwash was started. Commands run here. */
  root: string
  /** Where hotwash was started; relative paths on the command line are relative to it. */
  cwd: string
  actor: Actor
  config: Config
  process: ProcessPort
  clock: Clock
  random: Random
  redactor: Redactor
  /** `hotwash 0.1.0`, as events and reports name it. */
  tool: string
  store: Store
  /** Told in words when a log was recovered after a crash. */
  onRecovered?: (words: string) => void
}
