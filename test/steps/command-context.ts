/** A StepContext over the real ports and a real redactor, for tests of kinds that run commands. */
import { createHmac } from 'node:crypto'
import { createClock } from '../../src/adapters/clock.ts'
import { createFiles } from '../../src/adapters/files.ts'
import { createHttpPort } from '../../src/adapters/http.ts'
import { createProcessPort } from '../../src/adapters/process.ts'
import { createRandom } from '../../src/adapters/random.ts'
import type { Database } from '../../src/ports/database.ts'
import type { ChildIdentity } from '../../src/ports/process.ts'
import type { Body } from '../../src/runbook/runbook.ts'
import { createRedactor, type Redactor } from '../../src/redact/redactor.ts'
import type { Probed, StepContext } from '../../src/steps/kind.ts'
import { openSink } from '../../src/steps/output-sink.ts'
import { join } from 'node:path'

export type CommandContext = StepContext & {
  redactor: Redactor
  lines: string[]
  children: ChildIdentity[]
}

export type ContextOptions = Partial<
  Pick<
    StepContext,
    'cwd' | 'env' | 'shell' | 'signal' | 'stdin' | 'tty' | 'secretFiles' | 'evidenceOf'
  >
> & { probe?: (body: Body, signal: AbortSignal) => Promise<Probed>; database?: Database }

/** `folder` is the repository's root and holds the spool. */
export function commandContext(folder: string, options: ContextOptions = {}): CommandContext {
  const redactor = createRedactor()
  const lines: string[] = []
  const children: ChildIdentity[] = []
  const process = createProcessPort()
  const { probe, database, ...rest } = options
  const context = {
    ports: {
      clock: createClock(),
      random: createRandom(),
      process,
      http: createHttpPort(),
      files: createFiles({ stateDir: join(folder, 'state') }),
    },
    root: folder,
    cwd: folder,
    env: process.env(),
    shell: undefined,
    stdin: undefined,
    tty: false,
    signal: new AbortController().signal,
    secretFiles: [],
    step: 'step',
    redactor,
    lines,
    children,
    openSink: () =>
      openSink({ folder: join(folder, 'spool'), redactor, onLine: (line) => lines.push(line) }),
    started: (child: ChildIdentity) => void children.push(child),
    say: (line: string) => void lines.push(line),
    tell: (text: string) => void lines.push(...text.split('\n')),
    mask: (text: string) => redactor.mask(text),
    learnSecret: (name: string, value: string) => redactor.add(name, value),
    keyedDigest: (content: string | Uint8Array) =>
      createHmac('sha256', 'key of this test').update(content).digest('hex'),
    evidenceOf: () => Promise.resolve(undefined),
    planOf: (body: Body) => `plan of ${body.kind}`,
    targetOf: (body: Body) => `target of ${body.kind}`,
    source: ({ source }: { source: string }) => source,
    databaseLabel: (name: string) => name,
    database: () => {
      if (database === undefined) throw new Error('no database in this test')
      return database
    },
    probe: (body: Body, { signal }: { signal?: AbortSignal }) => {
      if (probe === undefined) throw new Error('no probe in this test')
      return probe(body, signal ?? new AbortController().signal)
    },
    ...rest,
  }
  return context as unknown as CommandContext
}

/** Fires as the engine's signal does when a step reaches its limit. */
export const limitAfter = (ms: number): AbortSignal => AbortSignal.timeout(ms)
