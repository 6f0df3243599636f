/** Git, hardened: a stranger's repository runs nothing of its own. Adapter: simple-git's `raw`, and the process port where git reads stdin. */
export type GitResult =
  { ok: true; stdout: string } | { ok: false; exitCode: number | undefined; stderr: string }

export type GitPort = {
  /** Runs `git ARGS` in `cwd`; hooks, fsmonitor, filters, signing programs and GIT_* are out. */
  raw(
    cwd: string,
    args: readonly string[],
    options?: {
      stdin?: string | Uint8Array
      env?: Readonly<Record<string, string>>
      timeoutMs?: number
      /** Takes stdout as it comes, as bytes; `stdout` of the result is empty then. */
      onStdout?: (bytes: Uint8Array) => void
    },
  ): Promise<GitResult>
}

/** Where we are, as git sees it. */
export type Repository = {
  /** Absolute path of the work tree; undefined in a bare repository. */
  root: string
  /** Absolute path of the common directory: shared by all linked worktrees. */
  commonDir: string
}
