/** The table of kinds. A kind is a file in kinds/ and a line here. */
import type { z } from 'zod'
import type { Kind, KindTable } from './kind.ts'
import { approve } from './kinds/approve.ts'
import { ask } from './kinds/ask.ts'
import { backup } from './kinds/backup.ts'
import { config } from './kinds/config.ts'
import { decide } from './kinds/decide.ts'
import { foreach } from './kinds/foreach.ts'
import { health } from './kinds/health.ts'
import { http } from './kinds/http.ts'
import { load } from './kinds/load.ts'
import { login } from './kinds/login.ts'
import { logs } from './kinds/logs.ts'
import { manual } from './kinds/manual.ts'
import { notify } from './kinds/notify.ts'
import { parallel } from './kinds/parallel.ts'
import { restore } from './kinds/restore.ts'
import { run } from './kinds/run.ts'
import { runbook } from './kinds/runbook.ts'
import { schema } from './kinds/schema.ts'
import { snapshot } from './kinds/snapshot.ts'
import { sql } from './kinds/sql.ts'
import { wait } from './kinds/wait.ts'

/** Parameters differ from kind to kind: their type is erased here, once. */
const erased = <P extends z.ZodType>(kind: Kind<P>): Kind => kind as unknown as Kind

export const KINDS: KindTable = {
  approve: erased(approve),
  ask: erased(ask),
  backup: erased(backup),
  config: erased(config),
  decide: erased(decide),
  foreach: erased(foreach),
  health: erased(health),
  http: erased(http),
  load: erased(load),
  login: erased(login),
  logs: erased(logs),
  manual: erased(manual),
  notify: erased(notify),
  parallel: erased(parallel),
  restore: erased(restore),
  run: erased(run),
  runbook: erased(runbook),
  schema: erased(schema),
  snapshot: erased(snapshot),
  sql: erased(sql),
  wait: erased(wait),
}
