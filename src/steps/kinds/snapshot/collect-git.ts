/**
 * The state of the checkout. A repository's own configuration names programs that git runs even to
 * compare files (filters, where a file may have changed within the second of the last look), so all
 * of them are overridden.
 */
import type { Value } from '../../../incident/value.ts'
import type { StepContext } from '../../kind.ts'
import type { Collector } from './collector.ts'

const OUTPUT_BYTES = 64 * 1024
const MOST_PATHS = 200
const FLAGS = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--no-pager']

/** By content: plumbing such as diff-index also names what was only written again. */
const CHANGED = [
  '-c',
  'diff.autoRefreshIndex=true',
  'diff',
  '--raw',
  '-z',
  '--no-abbrev',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--no-relative',
  'HEAD',
]

export const collectGit: Collector = async (context, signal) => {
  const plain = asker(context, signal)
  const filters = await plain(['config', '--null', '--name-only', '--get-regexp', '^filter\\.'])
  const git = asker(context, signal, overriding(filters.ok ? filters.text.split('\0') : []))
  const head = await git(['rev-parse', '--verify', 'HEAD'])
  if (!head.ok) throw new Error(head.text === '' ? 'not a git repository' : head.text)
  const branch = await git(['symbolic-ref', '--quiet', '--short', 'HEAD'])
  const described = await git(['describe', '--tags', '--always'])
  const changed = await git(CHANGED)
  const untracked = await git(['ls-files', '--others', '--exclude-standard', '-z'])
  const value: Record<string, Value> = {
    head: head.text,
    branch: branch.ok ? branch.text : '(detached)',
    described: described.text,
    changed: changed.ok ? rawPaths(changed.text) : [],
    untracked: untracked.ok ? untracked.text.split('\0').filter(Boolean).slice(0, MOST_PATHS) : [],
  }
  return value
}

/** By variables, since a name with `=` in it could not be overridden by `-c`. */
function overriding(keys: readonly string[]): Record<string, string> {
  const named = keys.filter((key) => key !== '')
  const settings = named.flatMap((key, index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, key.endsWith('.required') ? 'false' : ''],
  ])
  return { GIT_CONFIG_COUNT: String(named.length), ...Object.fromEntries(settings) }
}

function asker(
  { ports, cwd, env }: StepContext,
  signal: AbortSignal,
  more: Readonly<Record<string, string>> = {},
) {
  const own = { ...env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C', ...more }
  return async (args: readonly string[]): Promise<{ ok: boolean; text: string }> => {
    const asked = {
      argv: ['git', ...FLAGS, ...args] as [string, ...string[]],
      cwd,
      env: own,
      signal,
    }
    const { exitCode, notStarted, stdout, stderr } = await ports.process.capture(
      asked,
      OUTPUT_BYTES,
    )
    if (notStarted !== undefined) throw new Error(notStarted)
    return exitCode === 0 ? { ok: true, text: stdout.trim() } : { ok: false, text: stderr.trim() }
  }
}

/** `:100644 100644 sha sha M\0path\0…`, as letter and path. */
function rawPaths(text: string): string[] {
  const fields = text.split('\0')
  const changed: string[] = []
  for (let index = 0; index + 1 < fields.length && changed.length < MOST_PATHS; index += 2) {
    changed.push(`${fields[index]?.split(' ').at(-1)} ${fields[index + 1]}`)
  }
  return changed
}
