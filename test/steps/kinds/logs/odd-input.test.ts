/** Logs that nobody would write, and commands that print them. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Files } from '../../../../src/ports/files.ts'
import { commandContext, limitAfter } from '../../command-context.ts'
import { logFolder } from './log-folder.ts'

const { folder, file, newPath, read } = logFolder()

describe('odd input', () => {
  const categories = { a: ['boom'] }

  test('a file that is not there, a folder, and one that may not be read say what to do', async () => {
    const missing = await read({ file: 'no.log' })
    expect(missing).toMatchObject({ ended: 'failed' })
    expect(missing.reason).toMatch(/there is no file .*no\.log: name the log .*journalctl/)
    expect((await read({ file: '.' })).reason).toContain('is a folder')
    const pipe = newPath()
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe])
    expect((await read({ file: pipe })).reason).toContain('is a pipe')
  })

  test('NULs, invalid UTF-8, carriage returns and no last line break', async () => {
    const path = newPath()
    const bytes = [Buffer.from('\0\0boom \xff\xfe\0\r\n', 'latin1'), Buffer.from('boom\r\nboom')]
    writeFileSync(path, Buffer.concat(bytes))
    const outcome = await read({ file: path, categories })
    expect(outcome.data).toMatchObject({ total: 3, lines: 3 })
    // eslint-disable-next-line no-control-regex -- what must not reach a screen
    expect(
      outcome.evidence[0] && 'text' in outcome.evidence[0] && outcome.evidence[0].text,
    ).not.toMatch(/[\0\r]/)
  })

  test('an empty file, and lines that are empty', async () => {
    expect((await read({ file: file(), categories })).data).toMatchObject({ total: 0, lines: 0 })
    expect((await read({ file: file('', '', 'boom', ''), categories })).data).toMatchObject({
      total: 1,
      lines: 4,
    })
  })

  test('a line of 40 MB is looked at by its beginning, and the next one as a whole', async () => {
    const path = file(
      `boom ${'z'.repeat(40_000_000)} boom`,
      'boom at last',
      `late ${'z'.repeat(90_000)} boom`,
    )
    const outcome = await read({ file: path, categories })
    expect(outcome.data).toMatchObject({ total: 2, lines: 3 })
    expect(outcome.notes?.join()).toContain('2 lines are longer than 65536 bytes')
  })

  test('a file that grows while it is read is read to where it ended', async () => {
    const path = file(...Array.from({ length: 2_000 }, (_, n) => `boom ${n} ${'w'.repeat(1_000)}`))
    const context = commandContext(folder)
    const { files: real } = context.ports
    const growing = {
      ...context,
      ports: { ...context.ports, files: { ...real, readBytes: grow } },
    }
    async function grow(...[where, options]: Parameters<Files['readBytes']>) {
      return real.readBytes(where, {
        ...options,
        onBytes: (bytes) => {
          appendFileSync(path, 'boom more\n')
          options.onBytes(bytes)
        },
      })
    }
    const outcome = await read({ file: path, categories }, growing)
    expect(outcome.data['total']).toBe(2_000)
    expect(outcome.notes?.join()).toMatch(/grew by \d+ bytes while it was read/)
  })

  test('a file that is truncated while it is read says so', async () => {
    const path = file(...Array.from({ length: 60_000 }, () => 'w'.repeat(60)))
    const context = commandContext(folder)
    const { files: real } = context.ports
    const files = {
      ...real,
      readBytes: (...[where, options]: Parameters<Files['readBytes']>) =>
        real.readBytes(where, {
          ...options,
          onBytes: (bytes) => {
            truncateSync(path, 10)
            options.onBytes(bytes)
          },
        }),
    }
    const outcome = await read(
      { file: path, categories },
      { ...context, ports: { ...context.ports, files } },
    )
    expect(outcome.notes?.join()).toContain('was truncated while it was read')
  })
})

describe('a command', () => {
  test('prints the log, and what it says on standard error is no part of it', async () => {
    const command = ['sh', '-c', 'echo boom; echo boom >&2; echo fine']
    const outcome = await read({ command, categories: { a: ['boom'] } })
    expect(outcome.data).toMatchObject({ total: 1, lines: 2 })
  })

  test('that fails with words fails the step, and one that finds nothing does not', async () => {
    const broken = await read({ command: ['sh', '-c', 'echo no such unit >&2; exit 3'] })
    expect(broken).toMatchObject({ ended: 'failed' })
    expect(broken.reason).toContain('exit code 3: no such unit')
    expect((await read({ command: ['sh', '-c', 'exit 1'] })).ended).toBe('completed')
    expect((await read({ command: ['no-such-program-here'] })).ended).toBe('failed')
  })

  test('that does not end is ended at the limit, with all that it started', async () => {
    const context = commandContext(folder, { signal: limitAfter(300) })
    const outcome = await read(
      { command: ['sh', '-c', 'while :; do echo boom; sleep 0.05; done'] },
      context,
    )
    expect(outcome.ended).toBe('timed_out')
  })
})
