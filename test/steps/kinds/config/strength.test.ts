import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { strengthOf } from '../../../../src/steps/kinds/config/strength.ts'
import { isKnownWeak } from '../../../../src/steps/kinds/config/weak-values.ts'
import { cpuMs } from '../../../cpu-time.ts'

const ROUNDS = 500
const times = (make: () => string): string[] => Array.from({ length: ROUNDS }, make)

describe('the strength of a secret', () => {
  test.each<[string, () => string, number]>([
    ['32 bytes in hex', () => randomBytes(32).toString('hex'), 128],
    ['32 bytes in base64', () => randomBytes(32).toString('base64'), 128],
    ['32 bytes in base64url', () => randomBytes(32).toString('base64url'), 128],
    ['24 bytes in base64', () => randomBytes(24).toString('base64'), 128],
    ['16 bytes in hex', () => randomBytes(16).toString('hex'), 64],
    ['a random UUID', () => randomUUID(), 64],
    ['12 bytes in base64', () => randomBytes(12).toString('base64'), 64],
  ])('of %s is enough, whatever was drawn', (_, make, bits) => {
    const weak = times(make).filter((secret) => strengthOf(secret).bits < bits)
    expect(weak).toEqual([])
  })

  test.each([
    ['the word secret', 'secret'],
    ['one character 64 times', 'a'.repeat(64)],
    ['a block that repeats', 'abc123xyz'.repeat(8)],
    ['a block cut off', 'hunter2-hunter2-hunter2-hunter2-hun'],
    ['the alphabet', 'abcdefghijklmnopqrstuvwxyz0123456789'],
    ['digits counted up and down', '01234567899876543210012345678998'],
    ['words joined', 'my-super-secret-key-for-development-change-me'],
    ['the example of a manual', 'your-256-bit-secret'],
    ['two characters', 'xyxxyxyyxyyxxyxyxyyxyxxyxxyyxyxy'],
    ['nothing', ''],
  ])('of %s is not', (_, secret) => {
    expect(strengthOf(secret).bits).toBeLessThan(64)
  })

  test('says why', () => {
    expect(strengthOf('a'.repeat(40)).flaws).toEqual(['repeats itself'])
    expect(strengthOf('abcdefghijklmnop').flaws).toEqual([
      'has runs of equal or consecutive characters',
    ])
    expect(strengthOf('super-secret-password').flaws).toEqual(['is made of common words'])
  })

  test('takes no time on a long text', () => {
    const began = cpuMs()
    strengthOf('ab'.repeat(8_000) + 'c')
    strengthOf(randomBytes(16_000).toString('base64'))
    expect(cpuMs() - began).toBeLessThan(1_000)
  })
})

describe('known weak values', () => {
  test.each([
    'changeme',
    'Change-Me',
    'CHANGE_ME!',
    'secret',
    'your-256-bit-secret',
    'keyboard cat',
    'supersecretkey',
    'django-insecure-8x!k2',
    '<your secret here>',
    'replace-with-secret',
    'xxxxxxxx',
    '0123456789abcdef',
    'password123',
  ])('hold %s', (value) => expect(isKnownWeak(value)).toBe(true))

  test.each([
    randomBytes(32).toString('hex'),
    'correct horse battery staple 9!',
    'yourself-and-me-7Kq2',
  ])('do not hold %s', (value) => expect(isKnownWeak(value)).toBe(false))
})
