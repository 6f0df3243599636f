/** `hotwash demo` from the bundle, as a user meets it: a fresh home, no terminal, no repository. */
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { freshPlace, git, hotwash, json, type Place } from '../hotwash.ts'
import { hasPostgres, startPostgres } from '../postgres.ts'

type Report = {
  dir: string
  incident: string
  status: string
  branch: string
  postmortem: string
  restored?: boolean
  users: { before: { rows: number; sha256: string }; after: { rows: number; sha256: string } }
  next: string[]
}

const at = (place: Place, dir: string): Place => ({ ...place, dir })

/** Processes that still work in this folder. */
const leftIn = (dir: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => existsSync(`/proc/${pid}/cmdline`))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(dir)
      } catch {
        return false
      }
    })

describe('hotwash demo', () => {
  it('fixes the outage by itself in under a minute, and says what to type next', async () => {
    const place = freshPlace({ git: false })
    const began = performance.now()
    const ended = hotwash(place, ['demo'], { env: { TMPDIR: dirname(place.dir) } })
    expect(performance.now() - began).toBeLessThan(60_000)
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('fixed: everybody')])
    const command = (what: string): string[] => {
      const line = ended.stdout.split('\n').find((one) => one.includes(what)) ?? ''
      return line.trim().split(' ').slice(1)
    }
    const branch = /^branch +(\S+)$/m.exec(ended.stdout)?.[1] ?? ''
    const story = git(place, ...command('git -C'), '--format=%s')
    expect(story).toContain('validate')
    expect(story).toContain('fix')
    const shown = hotwash(place, command('postmortem show'))
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('16 of 16')])
    expect(shown.stdout).toContain('password_hash')
    const verified = hotwash(place, command('audit verify'))
    expect([verified.code, verified.stderr]).toEqual([0, expect.any(String)])
    expect(branch).toMatch(/^incident\//)
    // What was there before is as it was: nothing but the demo's own folder is new.
    expect(readdirSync(place.dir)).toEqual([])
    await expect.poll(() => leftIn(place.dir)).toEqual([])
  })

  it('takes the wrong fix back, exits 0, leaves the users as they were, and tells no password', () => {
    const place = freshPlace({ git: false })
    const keep = join(place.dir, 'kept')
    const ended = hotwash(place, ['demo', '--wrong-fix', '--keep', keep, '--json'])
    expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining('ROLLED BACK')])
    const report = json<Report>(ended)
    expect(report).toMatchObject({ status: 'rolled_back', restored: true, dir: keep })
    expect(report.users.after).toEqual(report.users.before)
    expect(report.users.before.rows).toBe(3)
    const demo = at(place, keep)
    const text = git(demo, 'show', `${report.branch}:${report.postmortem}`)
    expect(text).toMatch(/rolled back/i)
    expect(text).toContain('0 of 16')
    // The weak check was green all the same: that is the point.
    const log = git(demo, 'log', '--format=%s', report.branch)
    expect(log).toContain('step answers: succeeded')
    expect(log).toContain('step validate: failed')
    expect(git(demo, 'status', '--porcelain')).toBe('')

    // It keeps its passwords to itself.
    const file = join(keep, 'app.env')
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
    const env = parseEnv(readFileSync(file, 'utf8'))
    const objects = git(demo, 'cat-file', '--batch-all-objects', '--batch')
    for (const key of ['ADMIN_PASSWORD', 'USER_PASSWORD', 'SESSION_SECRET']) {
      const secret = env[key] ?? ''
      expect(secret.length).toBeGreaterThan(20)
      expect((ended.stdout + ended.stderr + objects).includes(secret)).toBe(false)
    }
  })

  it('refuses a folder that is not empty, and a database it cannot reach', () => {
    const place = freshPlace({ git: false })
    const full = join(place.dir, 'full')
    mkdirSync(full)
    writeFileSync(join(full, 'mine'), 'mine')
    const refused = hotwash(place, ['demo', '--keep', full])
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('is not empty')])
    expect(readdirSync(full)).toEqual(['mine'])
    const url = hotwash(place, ['demo', '--postgres', 'host=localhost dbname=x'])
    expect([url.code, url.stderr]).toEqual([2, expect.stringContaining('postgres://')])
    const down = 'postgres://me:pw-very-secret-1@127.0.0.1:1/postgres'
    const unreachable = hotwash(place, ['demo', '--postgres', down])
    expect(unreachable.code).toBe(4)
    expect(unreachable.stderr).toMatch(/ECONNREFUSED/)
    expect(unreachable.stderr).not.toContain('pw-very-secret-1')
  })
})

describe.skipIf(!hasPostgres())('hotwash demo on PostgreSQL', () => {
  it('works on a database of its own, and drops it afterwards', async () => {
    const postgres = await startPostgres()
    const place = freshPlace({ git: false })
    try {
      const ended = hotwash(place, ['demo', '--postgres', postgres.url, '--json', '--wrong-fix'])
      expect([ended.code, ended.code === 0 ? '' : ended.stderr]).toEqual([0, ''])
      const left = await postgres.sql(
        "select datname from pg_database where datname like 'hotwash%'",
      )
      expect(left).toEqual([])
    } finally {
      await postgres.stop()
    }
  })
})
