import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeOutput } from '../../../src/usecases/export/write-export.ts'

const BYTES = Buffer.from('findings')

test('what is asked for goes to a file, whose folder is made, and leaves nothing beside it', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'hotwash-out-'))
  const file = join(cwd, 'new', 'lint.json')
  expect(writeOutput({ cwd }, 'new/lint.json', BYTES)).toBe(file)
  expect(readFileSync(file, 'utf8')).toBe('findings')
  writeOutput({ cwd }, file, Buffer.from('others'))
  expect(readFileSync(file, 'utf8')).toBe('others')
  expect(readdirSync(join(cwd, 'new'))).toEqual(['lint.json'])
})

test.each([undefined, '-'])('%s is for stdout: no file is made', (output) => {
  const cwd = mkdtempSync(join(tmpdir(), 'hotwash-out-'))
  expect(writeOutput({ cwd }, output, BYTES)).toBeNull()
  expect(readdirSync(cwd)).toEqual([])
})

test('what cannot be written is said so', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'hotwash-out-'))
  writeFileSync(join(cwd, 'a-file'), '')
  expect(() => writeOutput({ cwd }, 'a-file/x', BYTES)).toThrow(/a-file\/x cannot be written/)
  expect(existsSync(join(cwd, 'a-file', 'x'))).toBe(false)
  expect(() => writeOutput({ cwd: join(cwd, '..') }, cwd, BYTES)).toThrow('it is a folder')
})

test('a pipe stays a pipe, and gets what was asked for', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'hotwash-out-'))
  execFileSync('mkfifo', [join(cwd, 'pipe')])
  const fd = openSync(join(cwd, 'pipe'), 'r+')
  writeOutput({ cwd }, 'pipe', BYTES)
  const got = Buffer.alloc(100)
  expect(got.toString('utf8', 0, readSync(fd, got))).toBe('findings')
  closeSync(fd)
  expect(lstatSync(join(cwd, 'pipe')).isFIFO()).toBe(true)
})

test('a link stays a link, a folder a folder', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'hotwash-out-'))
  writeFileSync(join(cwd, 'real'), 'old')
  symlinkSync('real', join(cwd, 'link'))
  writeOutput({ cwd }, 'link', BYTES)
  expect(lstatSync(join(cwd, 'link')).isSymbolicLink()).toBe(true)
  expect(readFileSync(join(cwd, 'real'), 'utf8')).toBe('findings')
  for (const folder of [cwd, ''])
    expect(() => writeOutput({ cwd }, folder, BYTES)).toThrow(/cannot be written: it is a folder/)
  expect(readdirSync(cwd).toSorted()).toEqual(['link', 'real'])
})
