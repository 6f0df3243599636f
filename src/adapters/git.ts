/**
 * Git, hardened. A repository may come from a stranger, and git runs programs that a repository's
 * configuration names; so every call brings its own configuration and a clean environment. Filters
 * and merge drivers cannot be switched off as a whole: hotwash uses plumbing that never asks them.
 */
import type { GitPort, GitResult } from '../ports/git.ts'
import type { Exit, ProcessPort } from '../ports/process.ts'

const DEFAULT_TIMEOUT_MS = 60_000
const STDOUT_LIMIT_BYTES = 64 << 20
const STDERR_LIMIT = 64_000

const CONFIG = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.fsync=committed,loose-object,reference',
  'core.sshCommand=ssh -oBatchMode=yes',
  'core.askPass=',
  'core.pager=cat',
  'core.editor=false',
  'core.alternateRefsCommand=false',
  'gpg.program=false',
  'gpg.ssh.program=false',
  'gpg.x509.program=false',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'push.gpgSign=false',
  'log.showSignature=false',
  'diff.external=',
  'protocol.ext.allow=never',
  'gc.auto=0',
  'maintenance.auto=false',
  'submodule.recurse=false',
]

const FLAGS = [...CONFIG.flatMap((setting) => ['-c', setting]), '--no-pager', '--literal-pathspecs']

/** The user's own configuration may stay; everything else of git in the environment goes. */
const KEPT = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM'])
const DROPPED = /^(GIT_|SSH_ASKPASS|EDITOR$|VISUAL$|PAGER$|LESS|PREFIX$)/

export function createGitPort({ process }: { process: ProcessPort }): GitPort {
  const base = cleanEnvironment(process.env())
  return {
    async raw(cwd, args, options = {}) {
      const env = { ...base, ...options.env }
      const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
      const call = { cwd, args, env, timeoutMs }
      if (options.onStdout !== undefined) {
        return streamed(process, { ...call, stdin: options.stdin, onStdout: options.onStdout })
      }
      return options.stdin === undefined
        ? bySimpleGit(call)
        : captured(process, { ...call, stdin: options.stdin })
    },
  }
}

function cleanEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => KEPT.has(name) || !DROPPED.test(name))
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
}

type Call = {
  cwd: string
  args: readonly string[]
  env: Record<string, string>
  timeoutMs: number
}

/** simple-git refuses these settings even where they harden, so each is allowed by name. */
const ALLOWED = {
  allowUnsafeAskPass: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeDiffExternal: true,
  allowUnsafeEditor: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeGpgProgram: true,
  allowUnsafeHooksPath: true,
  allowUnsafePager: true,
  allowUnsafePack: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
  allowUnsafeCommandBinaries: true,
  allowUnsafeCredentialHelper: true,
}

async function bySimpleGit({ cwd, args, env, timeoutMs }: Call): Promise<GitResult> {
  const { simpleGit } = await import('simple-git')
  let failed: { exitCode: number; stderr: string } | undefined
  try {
    const git = simpleGit({
      baseDir: cwd,
      trimmed: false,
      timeout: { block: timeoutMs },
      // By the clock, 50 ms after the exit, a busy program may not have read all that git said.
      completion: { onExit: false },
      unsafe: ALLOWED,
      allowEnvironment: Object.keys(env),
      errors(error, result) {
        if (result.exitCode === 0 && error === undefined) return undefined
        failed = { exitCode: result.exitCode, stderr: Buffer.concat(result.stdErr).toString() }
        return error ?? Buffer.from('failed')
      },
    }).env(env)
    return { ok: true, stdout: await git.raw([...FLAGS, ...args]) }
  } catch (error) {
    return failed === undefined
      ? { ok: false, exitCode: undefined, stderr: (error as Error).message }
      : { ok: false, exitCode: failed.exitCode, stderr: failed.stderr.trim() }
  }
}

async function captured(
  process: ProcessPort,
  { cwd, args, env, timeoutMs, stdin }: Call & { stdin: string | Uint8Array },
): Promise<GitResult> {
  const signal = AbortSignal.timeout(timeoutMs)
  const result = await process.capture(
    { argv: argvOf(args), cwd, env, stdin, signal },
    STDOUT_LIMIT_BYTES,
  )
  return result.exitCode === 0
    ? { ok: true, stdout: result.stdout }
    : failure(result, { stderr: result.stderr, args, timeoutMs })
}

async function streamed(
  process: ProcessPort,
  call: Call & { stdin: string | Uint8Array | undefined; onStdout: (bytes: Uint8Array) => void },
): Promise<GitResult> {
  const { cwd, args, env, timeoutMs, stdin } = call
  let stderr = ''
  const result = await process.run({
    argv: argvOf(args),
    cwd,
    env,
    signal: AbortSignal.timeout(timeoutMs),
    ...(stdin === undefined ? {} : { stdin }),
    onOutput: (bytes, stream) => {
      if (stream === 'stdout') call.onStdout(bytes)
      else if (stderr.length < STDERR_LIMIT) stderr += Buffer.from(bytes).toString()
    },
  })
  return result.exitCode === 0
    ? { ok: true, stdout: '' }
    : failure(result, { stderr, args, timeoutMs })
}

const argvOf = (args: readonly string[]): [string, ...string[]] => ['git', ...FLAGS, ...args]

function failure(
  exit: Exit,
  { stderr, args, timeoutMs }: { stderr: string; args: readonly string[]; timeoutMs: number },
): GitResult {
  const why = exit.aborted ? `git ${args[0]} took longer than ${timeoutMs} ms` : stderr
  return { ok: false, exitCode: exit.exitCode, stderr: (exit.notStarted ?? why).trim() }
}
