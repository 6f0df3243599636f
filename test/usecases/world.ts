/** A world with real adapters in a throw-away repository, and a scripted operator at the port. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createClock } from '../../src/adapters/clock.ts'
import { createDatabasePort } from '../../src/adapters/database.ts'
import { createFiles } from '../../src/adapters/files.ts'
import { createGitPort } from '../../src/adapters/git.ts'
import { createHttpPort } from '../../src/adapters/http.ts'
import { createProcessPort } from '../../src/adapters/process.ts'
import { createRandom } from '../../src/adapters/random.ts'
import { findRepository } from '../../src/adapters/repository.ts'
import type { Operator, Question, Reply, Update } from '../../src/ports/operator.ts'
import { createRedactor } from '../../src/redact/redactor.ts'
import { KINDS } from '../../src/steps/registry.ts'
import { DEFAULTS, type Config } from '../../src/usecases/config.ts'
import { recordWorldOf } from '../../src/usecases/record-world-of.ts'
import type { World } from '../../src/usecases/world.ts'

export const MARIA = { name: 'Maria', email: 'maria@example.test', host: 'laptop' }
export const OMAR = { name: 'Omar', email: 'omar@example.test', host: 'desk' }

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'
type Script = (
  question: Question,
  signal: AbortSignal,
) => Reply | Promise<Reply | undefined> | undefined

export type Lab = {
  world: World
  dir: string
  state: string
  /** All that was shown. */
  shown: Update[]
  asked: Question[]
  send(signal: Signal): void
  write(path: string, text: string, mode?: number): string
  /** The only incident. */
  incident(): string
  close(): void
}

export type LabOptions = {
  /** Answers questions; undefined: nobody is at the terminal. */
  script?: Script
  config?: Partial<Config>
  actor?: World['actor']
  env?: Record<string, string>
  /** Another terminal on the same repository. */
  beside?: Pick<Lab, 'dir' | 'state'>
  git?: boolean
}

const GIT_ENV = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Maria',
  GIT_AUTHOR_EMAIL: 'maria@example.test',
  GIT_COMMITTER_NAME: 'Maria',
  GIT_COMMITTER_EMAIL: 'maria@example.test',
}

export const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd, env: GIT_ENV, encoding: 'utf8' })

export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const dir = options.beside?.dir ?? mkdtempSync(join(tmpdir(), 'hotwash-lab-'))
  const state = options.beside?.state ?? mkdtempSync(join(tmpdir(), 'hotwash-state-'))
  if (options.beside === undefined && options.git !== false) {
    git(dir, 'init', '-q', '-b', 'main')
    writeFileSync(join(dir, 'README.md'), 'a service\n')
    git(dir, 'add', '.')
    git(dir, 'commit', '-q', '-m', 'first')
  }
  const shown: Update[] = []
  const asked: Question[] = []
  const listeners = new Set<(name: Signal) => void>()
  const port = createProcessPort()
  const process = options.env === undefined ? port : withEnv(port, options.env)
  const [clock, random] = [createClock(), createRandom()]
  const files = createFiles({ stateDir: state })
  const gitPort = createGitPort({ process })
  const repository = await findRepository(gitPort, dir, process.env())
  const world: World = {
    ports: {
      clock,
      random,
      process,
      files,
      http: createHttpPort(),
      database: createDatabasePort({ process, files, random, root: dir }),
    },
    git: gitPort,
    repository,
    root: dir,
    cwd: dir,
    actor: options.actor ?? MARIA,
    config: { ...DEFAULTS, state_dir: state, ...options.config },
    operator: scripted(options.script, { shown, asked }),
    signals: {
      listen(on) {
        listeners.add(on)
        return () => listeners.delete(on)
      },
    },
    redactor: createRedactor(),
    kinds: KINDS,
    tool: 'hotwash test',
    packageRoot: join(import.meta.dirname, '..', '..'),
  }
  return {
    world,
    dir,
    state,
    shown,
    asked,
    send: (signal) => {
      for (const on of listeners) on(signal)
    },
    write(path, text, mode = 0o644) {
      const file = join(dir, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text, { mode })
      return file
    },
    incident: () => recordWorldOf(world).store.list().at(-1) ?? 'none',
    close() {
      if (options.beside !== undefined) return
      for (const folder of [dir, state]) {
        rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
      }
    },
  }
}

const withEnv = (
  port: World['ports']['process'],
  env: Record<string, string>,
): World['ports']['process'] => ({ ...port, env: () => ({ ...port.env(), ...env }) })

function scripted(
  script: Script | undefined,
  log: { shown: Update[]; asked: Question[] },
): Operator {
  return {
    interactive: script !== undefined,
    async ask(question, signal) {
      log.asked.push(question)
      const reply = await script?.(question, signal)
      if (reply !== undefined) return reply
      // Nobody answers: only the signal ends the prompt.
      return new Promise((_, reject) => {
        if (signal.aborted) reject(signal.reason as Error)
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      })
    },
    show: (update) => log.shown.push(update),
    lend: (use) => use(),
  }
}

/** Types of the events of the only incident, `step.started fix`, in order. */
export function story(lab: Lab): string[] {
  const journal = recordWorldOf(lab.world).store.open(lab.incident())
  return journal.events().map((event) => [event.type, event.step].filter(Boolean).join(' '))
}
