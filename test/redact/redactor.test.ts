import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redact/redactor.ts'
import { hasProgram } from '../machine.ts'
import { after, AWKWARD, before, PROGRAMS, WRITERS } from './written-forms.ts'

const TOKEN = 'Zx81kq9LmPq2TTv0'

const redactorOf = (secrets: Record<string, string>) => {
  const redactor = createRedactor()
  for (const [name, value] of Object.entries(secrets)) redactor.add(name, value)
  return redactor
}

/** Nothing that could be put together to the secret: no four bytes in a row of it in this form. */
const expectMasked = (masked: string, written: string, secret: string) => {
  expect(masked).toContain('[masked:')
  expect(masked).not.toContain(written)
  expect(masked).not.toContain(secret)
}

describe('a secret in any form', () => {
  for (const [form, write] of Object.entries({ ...WRITERS, ...PROGRAMS })) {
    const able = !form.startsWith('python') || hasProgram('python3')
    test.skipIf(!able)(`is masked: ${form}`, () => {
      for (const secret of [AWKWARD, TOKEN]) {
        const written = write(secret)
        const masked = redactorOf({ KEY: secret }).mask(before + written + after)
        expectMasked(masked, written, secret)
        expect(masked.startsWith(before)).toBe(true)
        expect(masked.endsWith(after)).toBe(true)
      }
    })
  }

  test('leaves no more of itself behind than the edges of base64', () => {
    const redactor = redactorOf({ KEY: TOKEN })
    for (const write of Object.values(WRITERS)) {
      const masked = redactor.mask(write(TOKEN))
      const pieces = masked.split(/\[masked:KEY\]/)
      for (let index = 0; index + 4 <= TOKEN.length; index++) {
        for (const piece of pieces) expect(piece).not.toContain(TOKEN.slice(index, index + 4))
      }
    }
  })

  test('is masked whatever it is made of', () => {
    const secrets = fc.string({ unit: 'binary', minLength: 12, maxLength: 60 }).filter((secret) => {
      const trimmed = secret.trim()
      return Buffer.byteLength(trimmed) >= 12 && /[\p{L}\p{N}]/u.test(trimmed)
    })
    fc.assert(
      fc.property(secrets, fc.constantFrom(...Object.keys(WRITERS)), (secret, form) => {
        if (new Set(secret.trim()).size < 2 || !secret.isWellFormed()) return
        // A blank of its own after a fold is not told from the indentation.
        if (form === 'folded lines' && /\s/u.test(secret)) return
        const redactor = redactorOf({ KEY: secret })
        expect(redactor.mask(`<${WRITERS[form]?.(secret)}>`)).toContain('[masked:KEY]')
      }),
      { numRuns: 300 },
    )
  })
})

describe('a key of several lines', () => {
  const inner = [
    'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj',
    'AgEAAoIBAQC7VJTUt9Us8cKjMzEfYyjiWA4R4ky',
    'Zw==',
  ]
  const pem = ['-----BEGIN PRIVATE KEY-----', ...inner, '-----END PRIVATE KEY-----', ''].join('\n')
  const redactor = redactorOf({ SIGNING_KEY: pem })

  const shapes: Record<string, string> = {
    'as it is': pem,
    CRLF: pem.replaceAll('\n', '\r\n'),
    indented: pem.replaceAll('\n', '\n      '),
    'joined by spaces': pem.trim().replaceAll('\n', ' '),
    'joined by nothing': inner.join(''),
    'with written line ends': pem.replaceAll('\n', '\\n'),
    'in JSON': JSON.stringify({ key: pem }),
    'in base64': Buffer.from(pem).toString('base64'),
  }
  for (const [shape, text] of Object.entries(shapes)) {
    test(`is masked ${shape}`, () => {
      const masked = redactor.mask(`key: ${text} end`)
      for (const line of inner) expect(masked).not.toContain(line)
      expect(masked).toContain('[masked:SIGNING_KEY]')
      expect(masked).toMatch(/^key: .* end$/s)
    })
  }

  test('is masked when only one line of it is printed', () => {
    expect(redactor.mask(`grep: ${inner[1]}`)).toBe('grep: [masked:SIGNING_KEY]')
  })

  test('does not mask the armor of another key', () => {
    const other = '-----BEGIN PRIVATE KEY-----\nothers\n-----END PRIVATE KEY-----'
    expect(redactor.mask(other)).toBe(other)
  })
})

describe('a pass phrase', () => {
  const phrase = 'correct horse battery staple'
  test.each([
    'correct horse battery staple',
    'correct horse\nbattery staple',
    'correct\n    horse battery staple',
    'correct horse \nbattery staple',
    'correct\nhorse\nbattery\nstaple',
  ])('is masked wrapped as %j', (text) => {
    expect(redactorOf({ PHRASE: phrase }).mask(`> ${text}.`)).toBe('> [masked:PHRASE].')
  })
})

describe('several secrets', () => {
  test('that overlap are masked together, under the name of the longest', () => {
    const redactor = redactorOf({ A: 'abcdefghij', B: 'fghijklmnopq' })
    expect(redactor.mask('x abcdefghijklmnopq y')).toBe('x [masked:B] y')
  })

  test('of which one begins like the other leave nothing of the longer one', () => {
    const redactor = redactorOf({ SHORT: 'prefix-1234', LONG: 'prefix-1234-and-more' })
    expect(redactor.mask('prefix-1234-and-more prefix-1234')).toBe('[masked:LONG] [masked:SHORT]')
  })

  test('next to each other are masked one by one', () => {
    const redactor = redactorOf({ A: 'abcdefghij', B: 'klmnopqrst' })
    expect(redactor.mask('abcdefghijklmnopqrst')).toBe('[masked:A][masked:B]')
  })

  test('of the same value have the first name', () => {
    const redactor = redactorOf({ A: TOKEN, B: TOKEN })
    expect(redactor.mask(TOKEN)).toBe('[masked:A]')
  })

  test('can be hundreds, learned one by one', () => {
    const redactor = createRedactor()
    for (let index = 0; index < 500; index++)
      redactor.add(`S${index}`, `session-${index * 7919}-token`)
    expect(redactor.mask('a session-7919-token b')).toBe('a [masked:S1] b')
  })
})

describe('masking', () => {
  const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,20}$/)
  const secret = fc.string({ minLength: 8, maxLength: 30 })

  test('leaves text without secrets as it is', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 400 })
    fc.assert(
      fc.property(text, (text) => {
        expect(redactorOf({ KEY: TOKEN, OTHER: AWKWARD }).mask(text)).toBe(text)
      }),
    )
  })

  test('never throws, and masking twice is masking once', () => {
    const parts = fc.array(fc.oneof(secret, fc.string({ unit: 'binary' })))
    fc.assert(
      fc.property(fc.dictionary(name, secret, { maxKeys: 4 }), parts, (secrets, parts) => {
        const redactor = redactorOf(secrets)
        const text = [...parts, ...Object.values(secrets)].join(' ')
        const once = redactor.mask(text)
        expect(redactor.mask(once)).toBe(once)
      }),
    )
  })

  test('is not confused by a secret that is the name of another', () => {
    const redactor = redactorOf({
      DATABASE_URL: 'postgres://u:pw@db.example.test/x',
      OTHER: 'DATABASE_URL',
    })
    const once = redactor.mask('postgres://u:pw@db.example.test/x and DATABASE_URL')
    expect(once).toBe('[masked:DATABASE_URL] and [masked:OTHER]')
    expect(redactor.mask(once)).toBe(once)
  })

  test('is not switched off by output that looks like a marker or asks for it', () => {
    const redactor = redactorOf({ KEY: TOKEN })
    expect(redactor.mask(`[masked:${TOKEN}]`)).toBe('[masked:[masked:KEY]]')
    expect(redactor.mask(`/* secretlint-disable */ ${TOKEN}`)).toContain('[masked:KEY]')
  })

  test('leaves digests, UUIDs and numbers alone', () => {
    const redactor = redactorOf({ KEY: TOKEN, PIN: '4711', HEX: 'c0ffee00c0ffee11' })
    for (const text of [
      'commit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12',
      'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '123e4567-e89b-12d3-a456-426614174000',
      '2026-11-21T10:00:00.000Z',
    ]) {
      expect(redactor.mask(text)).toBe(text)
    }
  })

  test('reaches every string of a value, keys included, and keeps the rest', () => {
    const redactor = redactorOf({ KEY: TOKEN })
    const value = { [TOKEN]: [TOKEN, 1, null, true, { deep: `x${TOKEN}` }] }
    expect(redactor.maskValue(value)).toEqual({
      '[masked:KEY]': ['[masked:KEY]', 1, null, true, { deep: 'x[masked:KEY]' }],
    })
  })

  test('keeps a name from breaking its marker', () => {
    expect(redactorOf({ 'a]\u001b[31m b': TOKEN }).mask(TOKEN)).toBe('[masked:a___31m_b]')
  })
})

describe('a weak secret', () => {
  test.each(['abc', '{', 'password', 'true', '--------', 'aaaaaaaaaa', 'POSTGRES'])(
    'such as %j is named as weak and destroys no evidence',
    (value) => {
      const redactor = redactorOf({ PIN: value })
      expect(redactor.weak()).toEqual(['PIN'])
      const text = `{"a": "abc", "password": true} -------- aaaaaaaaaa POSTGRES`
      expect(redactor.mask(text)).toBe(text)
    },
  )

  test('of four to seven bytes is named as weak, and masked as far as it goes', () => {
    const redactor = redactorOf({ PIN: 'h4x0r!', KEY: TOKEN })
    expect(redactor.weak()).toEqual(['PIN'])
    expect(redactor.mask(`pin h4x0r! key ${TOKEN}`)).toBe('pin [masked:PIN] key [masked:KEY]')
  })

  test('is not what a strong one is', () => {
    expect(redactorOf({ KEY: TOKEN }).weak()).toEqual([])
  })

  test('that is empty is no secret', () => {
    const redactor = redactorOf({ NONE: '' })
    expect(redactor.weak()).toEqual([])
    expect(redactor.mask('text')).toBe('text')
  })
})

describe('a name that cannot be masked', () => {
  test('is found to hold a secret, in any form', () => {
    const redactor = redactorOf({ KEY: TOKEN })
    expect(redactor.finds(`incident/${TOKEN}`)).toBe('KEY')
    expect(redactor.finds(Buffer.from(TOKEN).toString('hex'))).toBe('KEY')
    expect(redactor.finds('incident/2026-11-21-login')).toBeUndefined()
  })
})
