/** Output that could not be written is not passed over, and a reader that went away is no error. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const DEV = join(import.meta.dirname, '..', '..', 'bin', 'dev.js')
const dir = mkdtempSync(join(tmpdir(), 'hotwash-lost-'))
execFileSync('git', ['init', '-q', dir])
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const shell = (command: string) =>
  spawnSync('bash', ['-c', command], {
    cwd: dir,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: dir, NODE: process.execPath, DEV },
  })

it.runIf(existsSync('/dev/full')).each(['list', '--version', '--json list'])(
  'a full disk under the output of `hotwash %s` is said, with exit 1',
  (words) => {
    const ended = shell(`"$NODE" "$DEV" ${words} > /dev/full`)
    expect(ended.stderr).toMatch(/^error: the output could not be written: ENOSPC.*\n$/)
    expect(ended.status).toBe(1)
  },
)

it('a reader that went away is tolerated in silence', () => {
  const ended = shell(`{ sleep 0.5; "$NODE" "$DEV" --version; echo "rc $?" >&2; } | true`)
  expect(ended.stderr).toBe('rc 0\n')
})
