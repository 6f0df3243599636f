/** A real repository (or plain folder) of its own with a store over real adapters, deaf to the machine's git settings. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClock } from '../../src/adapters/clock.ts'
import { createGitPort } from '../../src/adapters/git.ts'
import { createProcessPort } from '../../src/adapters/process.ts'
import { createRandom } from '../../src/adapters/random.ts'
import type { Journal } from '../../src/ports/journal.ts'
import { openPublisher } from '../../src/record/git/publish.ts'
import { openStore } from '../../src/record/store.ts'
import { createRedactor } from '../../src/redact/redactor.ts'
import { DEFAULTS, type Config } from '../../src/usecases/config.ts'
import type { RecordWorld } from '../../src/usecases/record-world.ts'

export const MARIA = { name: 'Maria Example', email: 'maria@example.test', host: 'laptop' }

export const GIT_ENV = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'User',
  GIT_AUTHOR_EMAIL: 'user@example.test',
  GIT_COMMITTER_NAME: 'User',
  GIT_COMMITTER_EMAIL: 'user@example.test',
}

export type Place = {
  root: string
  world: RecordWorld
  sh: (script: string, options?: { fails?: boolean }) => string
}

export type PlaceOptions = {
  git?: boolean
  /** Without a first commit. */
  unborn?: boolean
  config?: Partial<Config>
  actor?: typeof MARIA
  /** An existing folder. */
  root?: string
}

export function makePlace(options: PlaceOptions = {}): Place {
  const root = options.root ?? mkdtempSync(join(tmpdir(), 'hotwash-record-'))
  const sh = shellIn(root)
  if (options.git !== false && options.root === undefined) {
    sh('git init -q -b main')
    if (options.unborn !== true) sh('echo hello > file.txt; git add file.txt; git commit -qm first')
  }
  return { root, sh, world: worldIn(root, options) }
}

export function shellIn(cwd: string): Place['sh'] {
  return (script, { fails = false } = {}) => {
    try {
      const env = { ...GIT_ENV, ...IDENTITY }
      return execFileSync('sh', ['-ec', script], {
        cwd,
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    } catch (error) {
      if (fails) return String((error as { stderr?: unknown }).stderr)
      throw error
    }
  }
}

export function worldIn(root: string, options: PlaceOptions = {}): RecordWorld {
  const children = { ...createProcessPort(), env: () => GIT_ENV }
  const parts = {
    git: createGitPort({ process: children }),
    repository: options.git === false ? undefined : { root, commonDir: join(root, '.git') },
    root,
    cwd: root,
    actor: options.actor ?? MARIA,
    config: { ...DEFAULTS, ...options.config },
    process: children,
    clock: createClock(),
    random: createRandom(),
    redactor: createRedactor(),
    tool: 'hotwash 0.1.0',
  }
  return { ...parts, store: openStore(parts) }
}

/** By the year of its day, in which these tests may run. */
export const folderOf = (incident: string): string =>
  join('incidents', incident.slice(0, 4), incident)

/** An incident with a run of a few events, evidence and a runbook. */
export function record(place: Place, title = 'Login outage'): Journal {
  const journal = place.world.store.create({ title })
  journal.append({ type: 'incident.declared', data: { title, severity: 'SEV2' } })
  runOneStep(journal, 'fix')
  journal.append({ type: 'note.added', data: { text: 'looks better' } })
  return journal
}

export function runOneStep(journal: Journal, step: string): void {
  const sha256 = journal.putRunbook(`name: demo ${step}\n`)
  const run = `run-${step}`
  journal.append({
    type: 'run.started',
    run,
    data: {
      runbook: { name: 'demo', path: 'runbooks/demo.yaml', sha256 },
      inputs: {},
      guided: false,
      yes: true,
      steps: [{ id: step, kind: 'run', name: step, always: false }],
    },
  })
  const digest = 'd'.repeat(64)
  const data = {
    kind: 'run',
    name: step,
    effect: 'change' as const,
    preview: 'true',
    digest,
    timeout_ms: 1000,
  }
  journal.append({ type: 'step.started', run, step, attempt: 1, data })
  const evidence = [journal.putEvidence('stdout', `output of ${step}\n`)]
  journal.append({
    type: 'step.finished',
    run,
    step,
    attempt: 1,
    data: { status: 'succeeded', duration_ms: 3200, exit_code: 0, evidence },
  })
}

export const note = (journal: Journal, text: string) =>
  journal.append({ type: 'note.added', data: { text } })

export const flush = (place: Place, journal: Journal) =>
  openPublisher({ ...place.world, journal }).flush(20_000)

export const logPath = (journal: Pick<Journal, 'dir'>): string => {
  const folder = join(journal.dir, 'log')
  const [name = ''] = readdirSync(folder)
  return join(folder, name)
}

export const linesOf = (path: string): string[] =>
  readFileSync(path, 'utf8').split('\n').slice(0, -1)

/** Runs `act` and returns what it threw. */
export function thrownBy(act: () => unknown): {
  code?: string
  message: string
  hint?: string
  exitCode?: number
} {
  try {
    act()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

export function folder(...parts: string[]): string {
  const path = join(...parts)
  mkdirSync(path, { recursive: true })
  return path
}
