import type { Clock, Random } from './clock.ts'
import type { DatabasePort } from './database.ts'
import type { Files } from './files.ts'
import type { HttpPort } from './http.ts'
import type { ProcessPort } from './process.ts'

/** What a step may reach of the outside world. */
export type Ports = {
  clock: Clock
  random: Random
  process: ProcessPort
  http: HttpPort
  database: DatabasePort
  files: Files
}
