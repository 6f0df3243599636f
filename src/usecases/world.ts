/** Everything a use case may touch. `cli/base-command.ts` builds it; tests build it with real adapters too. */
import type { Operator, Signals } from '../ports/operator.ts'
import type { Ports } from '../ports/ports.ts'
import type { KindTable } from '../steps/kind.ts'
import type { RecordWorld } from './record-world.ts'

export type World = Omit<RecordWorld, 'process' | 'clock' | 'random' | 'store'> & {
  ports: Ports
  operator: Operator
  signals: Signals
  kinds: KindTable
  /** Absolute path of the folder that holds the packaged `templates/` and `runbooks/`. */
  packageRoot: string
}
