import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createClock } from '../../src/adapters/clock.ts'
import { createFiles } from '../../src/adapters/files.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotwash-files-'))
afterAll(() => rmSync(folder, { recursive: true }))
const files = createFiles({ stateDir: join(folder, 'state') })
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'

describe('files', () => {
  test('tells the facts of a file, a folder and a link, and of nothing', async () => {
    const path = join(folder, 'plain')
    writeFileSync(path, 'hello', { mode: 0o640 })
    symlinkSync(path, join(folder, 'link'))
    expect(await files.facts(path)).toMatchObject({
      kind: 'file',
      size: 5,
      mode: '0640',
      sha256: HELLO,
    })
    expect(await files.facts(folder)).toMatchObject({ kind: 'directory' })
    expect(await files.facts(join(folder, 'link'))).toMatchObject({ kind: 'symlink' })
    expect(await files.facts(join(folder, 'none'))).toBeUndefined()
    expect(await files.facts(join(path, 'below'))).toBeUndefined()
    expect(await files.digest(path)).toEqual({ bytes: 5, sha256: HELLO })
  })

  test('reads text up to a bound', async () => {
    const path = join(folder, 'text')
    writeFileSync(path, 'hello')
    expect(await files.readText(path, 5)).toBe('hello')
    await expect(files.readText(path, 4)).rejects.toThrow('larger than 4 bytes')
  })

  test('makes private folders, and makes wide ones private', async () => {
    const made = await files.stateFolder('backups', 'app')
    expect(modeOf(made)).toBe('700')
    chmodSync(made, 0o755)
    expect(modeOf(await files.stateFolder('backups', 'app'))).toBe('700')
  })

  test('makes a private file that goes with its folder', async () => {
    const made = await files.privateFile('../script.sh', 'content')
    expect(modeOf(made.path)).toBe('600')
    expect(modeOf(dirname(made.path))).toBe('700')
    expect(await files.readText(made.path, 100)).toBe('content')
    await made.remove()
    expect(await files.facts(dirname(made.path))).toBeUndefined()
  })
})

describe('the clock', () => {
  test('sleeps until it is told to stop, and gives the reason', async () => {
    const clock = createClock()
    const began = clock.mono()
    await clock.sleep(20)
    expect(clock.mono() - began).toBeGreaterThanOrEqual(19)
    const reason = new Error('enough')
    await expect(clock.sleep(10_000, AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(clock.boot()).toBe(clock.boot())
  })
})
