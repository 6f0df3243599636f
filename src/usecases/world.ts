/** Everything a use case may touch. `cli/base-command.ts` builds it; tests build it with real adapters too. */
import type { Actor } from '../incident/event.ts'
import type { GitPort, Repository } from '../ports/git.ts'
import type { Operator, Signals } from '../ports/operator.ts'
import type { Ports } from '../ports/ports.ts'
import type { Redactor } from '../redact/redactor.ts'
import type { KindTable } from '../steps/kind.ts'
import type { Config } from './config.ts'

export type World = {
  ports: Ports
  git: GitPort
  /** undefined: not in a repository. */
  repository: Repository | undefined
  /** The repository's root, else the folder where hotwash was started. Commands run here. */
  root: string
  /** Where hotwash was started; relative paths on the command line are relative to it. */
  cwd: string
  actor: Actor
  config: Config
  operator: Operator
  signals: Signals
  redactor: Redactor
  kinds: KindTable
  /** `hotwash 0.1.0`, as events and reports name it. */
  tool: string
  /** Absolute path of the folder that holds the packaged `templates/` and `runbooks/`. */
  packageRoot: string
  /** Told in words when a log was recovered after a crash. */
  onRecovered?: (words: string) => void
}
