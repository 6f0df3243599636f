/** Runbooks of one-line steps, and what a fault must look like from outside. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { freshPlace, hotwash, json, type Ended, type Place } from './hotwash.ts'
import { incidentOf, logsOf } from './journal-on-disk.ts'

/** Of `--json`, as far as the tests of faults look at it. */
export type Report = {
  status: string
  steps: { id: string; status: string; reason?: string; duration_ms: number }[]
  next?: string
}

export const placeWith = (steps: string, top = ''): Place =>
  freshPlace({ files: { 'r.yaml': `hotwash: 1\nname: Job\n${top}steps:\n${steps}` } })

export const script = (id: string, text: string, fields = ''): string =>
  `  - {id: ${id}, run: ${JSON.stringify(text)}${fields}}\n`

export const beside = (place: Place, name: string): string => join(place.dir, '..', name)
export const linesIn = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
export const effects = (place: Place): string[] => linesIn(beside(place, 'effects'))
export const ONE_EFFECT = script('one', 'echo one >> ../effects')
export const logOf = (place: Place): string => logsOf(place)[0] ?? ''
export const words = ({ stdout, stderr }: Ended): string => stdout + stderr

/** A failure that was foreseen: an error and a way out, and nothing of the program's inside. */
export function expectInWords(ended: Ended, code: number, ...said: (string | RegExp)[]): void {
  expect([ended.code, words(ended)]).toEqual([code, expect.any(String)])
  for (const one of said) expect(words(ended)).toMatch(one)
  expect(words(ended)).not.toMatch(/^\s+at .*[.:]\d+/m)
  expect(words(ended)).not.toContain('This is a bug')
}

export function expectVerified(place: Place): void {
  const audit = hotwash(place, ['audit', 'verify', incidentOf(place), '--json'])
  expect(json(audit)).toMatchObject({ verified: true, problems: [] })
}
