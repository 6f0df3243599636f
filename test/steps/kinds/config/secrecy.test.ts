/** No value of any file or environment is in anything that a step leaves, in any form. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { config } from '../../../../src/steps/kinds/config.ts'
import { commandContext } from '../../command-context.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotwash-secrecy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const KEYS = ['DATABASE_URL', 'JWT_SECRET', 'PORT', 'MODE', 'API_TOKEN', 'X-Y', 'DB_PASSWORD']
const ALPHABET = 'abcdefghijkmnopqrsuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789-_.~!%&+*'
/** Long enough not to be found by chance, and of what people and programs put into such files. */
const word = fc.string({
  unit: fc.constantFrom(...ALPHABET.split('')),
  minLength: 10,
  maxLength: 40,
})
const value = fc.oneof(
  word,
  word.map(
    (password) => `postgres://us3rn4me:${encodeURIComponent(password)}@db.example.test/login`,
  ),
  word.map((password) => `postgres://us3rn4me:${password}@db.example.test/login`),
  word.map((password) => `postgres://us3rn4me:12/${password}@db.example.test/login`),
  word.map((path) => `https://hooks.example.test/${path}`),
  word.map((password) => `Host=db.example.test;Database=login;Password=${password}`),
  word.map((text) => `"${text}\n${text}"`),
)
const file = fc.array(fc.tuple(fc.constantFrom(...KEYS), value), { maxLength: 8 })

/** What may be said of an address: host and database. */
const PUBLIC = /db\.example\.test|hooks\.example\.test|login|postgres|https|Host|Database|Password/g

/** The parts that must not be found; the address of a place is no secret. */
function hidden(values: readonly string[]): string[] {
  const parts = values.flatMap((one) => one.replace(PUBLIC, '\n').split(/[\n"@/;=]+|:\/\//))
  return parts.flatMap((part) => [part, ...part.split(':')]).filter((part) => part.length >= 8)
}

const forms = (part: string): string[] => [
  part,
  encodeURIComponent(part),
  JSON.stringify(part).slice(1, -1),
  Buffer.from(part).toString('base64').replace(/=+$/, '').slice(0, -1),
  Buffer.from(part).toString('hex'),
]

const textOf = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([key, one]) => `${key}=${one}\n`).join('')

test('no value is in outcome, checks, evidence, notes, plan or screen', async () => {
  const run = async (
    first: [string, string][],
    second: [string, string][],
    seen: [string, string][],
  ) => {
    writeFileSync(join(folder, 'a.env'), textOf(first))
    writeFileSync(join(folder, 'b.env'), `${textOf(second)}stray line ${second[0]?.[1] ?? ''}\n`)
    writeFileSync(join(folder, 'seen'), textOf(seen))
    const params = config.params.parse({
      files: ['a.env', 'b.env'],
      order: 'first_wins',
      compare: { staging: 'a.env', production: 'b.env' },
      loaded_by: { run: ['cat', 'seen'] },
      rules: {
        '*': { type: 'integer', pattern: '^never$', min_length: 100, strength: 'strong' },
        JWT_SECRET: { type: 'url', required: true, between: 'different' },
      },
    })
    const context = commandContext(folder)
    const outcome = await config.run(params as never, context)
    const plan = config.plan(params as never, context)
    const left = JSON.stringify([outcome, plan, context.lines])
    for (const part of hidden([...first, ...second, ...seen].map(([, one]) => one))) {
      for (const form of forms(part)) expect(left.includes(form), `${part} as ${form}`).toBe(false)
    }
    expect(left).not.toContain('us3rn4me')
  }
  await fc.assert(fc.asyncProperty(file, file, file, run), { numRuns: 60 })
})
