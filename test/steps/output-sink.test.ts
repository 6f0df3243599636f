import * as fc from 'fast-check'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redact/redactor.ts'
import { openSink } from '../../src/steps/output-sink.ts'

const TOKEN = 'Zx81kq9LmPq2TTv0'
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotwash-sink-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function sinkOf(sizes?: { headBytes: number; tailBytes: number }) {
  const redactor = createRedactor()
  redactor.add('KEY', TOKEN)
  const lines: string[] = []
  const onLine = (line: string, stream: string) => lines.push(`${stream}: ${line}`)
  const sink = openSink({ folder, redactor, onLine, ...(sizes === undefined ? {} : { sizes }) })
  return { sink, redactor, lines }
}

const bytes = (text: string): Buffer => Buffer.from(text)

describe('the spool', () => {
  test('holds the masked bytes of each stream, for nobody else to read', async () => {
    const { sink } = sinkOf()
    sink.write(bytes(`key is ${TOKEN.slice(0, 5)}`), 'stdout')
    sink.write(bytes('warning\n'), 'stderr')
    sink.write(bytes(`${TOKEN.slice(5)}\n`), 'stdout')
    const { stdout, stderr } = await sink.end()
    expect(readFileSync(stdout.path, 'utf8')).toBe('key is [masked:KEY]\n')
    expect(readFileSync(stderr.path, 'utf8')).toBe('warning\n')
    expect(stdout).toMatchObject({
      bytes: 20,
      keptBytes: 20,
      leftOutBytes: 0,
      text: 'key is [masked:KEY]\n',
    })
    expect(statSync(stdout.path).mode & 0o777).toBe(0o600)
  })

  test('is no file when nothing was printed', async () => {
    const { stdout, stderr } = await sinkOf().sink.end()
    expect(stdout).toMatchObject({ bytes: 0, text: '' })
    expect(stderr).toMatchObject({ bytes: 0, text: '' })
    expect(readdirSync(folder)).toEqual([])
  })

  test('keeps bytes that are no UTF-8 as they are', async () => {
    const { sink } = sinkOf()
    const odd = Buffer.from([0xff, 0xc3, 0x28, 0x00, 0xf0, 0x9f, 0x98])
    sink.write(odd, 'stdout')
    sink.write(Buffer.from([0x80]), 'stdout')
    const { stdout } = await sink.end()
    expect(readFileSync(stdout.path)).toEqual(Buffer.concat([odd, Buffer.from([0x80])]))
    expect(stdout.text.endsWith('😀')).toBe(true)
  })

  test('keeps the first and the last part, and says how much is missing', async () => {
    const sizes = { headBytes: 10, tailBytes: 7 }
    const chunks = fc.array(fc.string({ minLength: 1, maxLength: 30 }).map(bytes), { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(chunks, async (chunks) => {
        const { sink } = sinkOf(sizes)
        for (const chunk of chunks) sink.write(chunk, 'stdout')
        const { stdout } = await sink.end()
        const all = Buffer.concat(chunks)
        const file = readFileSync(stdout.path)
        const left = Math.max(0, all.length - 17)
        expect(stdout).toMatchObject({
          bytes: all.length,
          leftOutBytes: left,
          keptBytes: all.length - left,
        })
        const mark = bytes(`\n[hotwash left out ${left} bytes here]\n`)
        const cut = Buffer.concat([all.subarray(0, 10), mark, all.subarray(-7)])
        expect(file).toEqual(left === 0 ? all : cut)
      }),
    )
  })

  test('masks the kept text again with what was learned since', async () => {
    const { sink, redactor } = sinkOf()
    sink.write(bytes('session new-secret-99 begun\n'), 'stdout')
    redactor.add('SESSION', 'new-secret-99')
    const { stdout } = await sink.end()
    expect(stdout.text).toBe('session [masked:SESSION] begun\n')
  })

  test('that cannot be written stops the step, naming the file', () => {
    writeFileSync(join(folder, 'file'), '')
    const redactor = createRedactor()
    const sink = openSink({ folder: join(folder, 'file'), redactor, onLine: () => {} })
    expect(() => sink.write(bytes('x'), 'stdout')).toThrow(
      expect.objectContaining({ code: 'JOURNAL' }),
    )
  })

  test('shows text from the end, and no half character', async () => {
    const { sink } = sinkOf()
    const text = 'é'.repeat(600_000) + 'x'
    sink.write(bytes(text), 'stdout')
    const { stdout } = await sink.end()
    expect(stdout.text.length).toBeLessThan(text.length)
    expect(text.endsWith(stdout.text)).toBe(true)
  })
})

describe('live lines', () => {
  test('come as they are completed, masked, with nothing a terminal would act on', async () => {
    const { sink, lines } = sinkOf()
    sink.write(
      bytes(`\u001b[31mone\u001b[0m ${TOKEN}.\r\nprogress 1%\rprogress 99%\nhalf`),
      'stdout',
    )
    sink.write(bytes('\u0007bell \u202Eevil\n'), 'stderr')
    expect(lines).toEqual([
      'stdout: one [masked:KEY].',
      'stdout: progress 99%',
      'stderr: \\u{0007}bell \\u{202E}evil',
    ])
    await sink.end()
    expect(lines.at(-1)).toBe('stdout: half')
  })

  test('are limited in number and length, the last one is always shown', async () => {
    const { sink, lines } = sinkOf()
    const all = Array.from({ length: 50_000 }, (_, index) => `line ${index}\n`).join('')
    sink.write(bytes(all), 'stdout')
    sink.write(bytes(`${'long '.repeat(5_000)}\n`), 'stderr')
    await sink.end()
    expect(lines.length).toBeLessThan(100)
    expect(lines).toContain('stdout: … (lines are left out here)')
    expect(lines).toContain('stdout: line 49999')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(2_100)
  })

  test('are not kept from the screen by the masking when output pauses', async () => {
    const { sink, lines } = sinkOf()
    sink.write(bytes('the last letter begins a secret: Z\n'), 'stdout')
    expect(lines).toEqual([])
    await expect.poll(() => lines).toEqual(['stdout: the last letter begins a secret: Z'])
    sink.write(bytes('next.\n'), 'stdout')
    await sink.end()
    expect(lines).toEqual(['stdout: the last letter begins a secret: Z', 'stdout: next.'])
  })
})
