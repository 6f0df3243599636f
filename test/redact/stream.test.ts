import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redact/redactor.ts'
import { after, AWKWARD, before, WRITERS } from './written-forms.ts'

const TOKEN = 'Zx81kq9LmPq2TTv0'

function streamOf(...secrets: string[]) {
  const redactor = createRedactor()
  secrets.forEach((secret, index) => redactor.add(`S${index}`, secret))
  return { redactor, stream: redactor.stream() }
}

function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...cuts, bytes.length]
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end))
}

function maskPieces(all: readonly Uint8Array[], ...secrets: string[]): string {
  const { stream } = streamOf(...secrets)
  const out = all.map((piece) => Buffer.from(stream.push(piece)))
  return Buffer.concat([...out, stream.end()]).toString('utf8')
}

describe('a stream', () => {
  for (const [form, write] of Object.entries(WRITERS)) {
    test(`masks a secret split at every byte: ${form}`, () => {
      for (const secret of [TOKEN, AWKWARD]) {
        const bytes = Buffer.from(before + write(secret) + after)
        const whole = maskPieces([bytes], secret)
        expect(whole).toContain('[masked:S0]')
        for (let cut = 1; cut < bytes.length; cut++) {
          expect(maskPieces(pieces(bytes, [cut]), secret)).toBe(whole)
        }
        const single = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1)
        expect(maskPieces(pieces(bytes, single), secret)).toBe(whole)
      }
    })
  }

  test('gives the same as masking the whole, wherever it is cut', () => {
    const part = fc.oneof(
      fc.constantFrom(
        TOKEN,
        AWKWARD,
        'prefix-1234-and-more',
        'prefix-1234',
        'Zx81kq9',
        '\n',
        '\r\n  ',
        '\u001b[0m',
      ),
      fc.constantFrom(...Object.values(WRITERS).map((write) => write(TOKEN))),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
    )
    const cuts = fc.array(fc.nat(500), { maxLength: 8 })
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), cuts, (parts, cuts) => {
        const secrets = [TOKEN, AWKWARD, 'prefix-1234', 'prefix-1234-and-more'] as const
        const bytes = Buffer.from(parts.join(''))
        const at = cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b)
        const whole = streamOf(...secrets).redactor.mask(bytes.toString('utf8'))
        expect(maskPieces(pieces(bytes, at), ...secrets)).toBe(whole)
      }),
      { numRuns: 500 },
    )
  })

  test('finds the same in a large piece, where line breaks are looked at only when in doubt', () => {
    const filler = fc.constantFrom(
      'INFO request done in 12 ms\n',
      '{\n  "a": [\n',
      'x\n',
      '\n\n   \n',
      'Zx81\n',
      'kq9LmPq2TT\n',
    )
    const secretPart = fc.constantFrom(
      ...Object.values(WRITERS).map((write) => write(TOKEN)),
      'Zx81kq9\n\n   LmPq2TTv0',
      'Zx\n81\nkq\n9L\nmP\nq2\nTT\nv0',
    )
    const parts = fc.array(fc.oneof(filler, secretPart), { minLength: 5, maxLength: 30 })
    fc.assert(
      fc.property(parts, (parts) => {
        const text = parts.join('')
        const small = streamOf(TOKEN).redactor.mask(text)
        const padding = 'ordinary line of output\n'.repeat(200)
        expect(streamOf(TOKEN).redactor.mask(padding + text)).toBe(padding + small)
      }),
      { numRuns: 500 },
    )
  })

  test('finds a short secret that is folded anywhere in a large piece', () => {
    const short = 'q7#Vx2!p'
    const padding = 'an ordinary line of output\n'.repeat(200)
    for (let cut = 1; cut < short.length; cut++) {
      for (const fold of ['\n', '\n  ', '\n   \n\n  ', '\r\n\t']) {
        const text = `${padding}${short.slice(0, cut)}${fold}${short.slice(cut)}, and\n${padding}`
        const masked = streamOf(short).redactor.mask(text)
        expect(masked).toBe(`${padding}[masked:S0], and\n${padding}`)
      }
    }
    const oneByOne = short.split('').join('\n')
    expect(streamOf(short).redactor.mask(padding + oneByOne)).toBe(`${padding}[masked:S0]`)
  })

  test('looks back far enough for the beginning of a secret full of ANSI codes', () => {
    const long = `\u001b[${'1;'.repeat(100)}m`
    const text = `${'ordinary line of output.\n'.repeat(300)}${TOKEN.split('').join(long)}`
    const bytes = Buffer.from(text)
    for (const back of [1, 2, 50, 210, 800]) {
      expect(maskPieces(pieces(bytes, [bytes.length - back]), TOKEN)).toMatch(/\n\[masked:S0\]$/)
    }
  })

  test('passes invalid UTF-8 and split characters through unchanged', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (all) => {
        const { stream } = streamOf(TOKEN)
        const out = Buffer.concat([
          ...all.map((piece) => Buffer.from(stream.push(piece))),
          stream.end(),
        ])
        expect(out.equals(Buffer.concat(all))).toBe(true)
      }),
    )
  })

  test('holds nothing back that cannot begin a secret', () => {
    const { stream } = streamOf(TOKEN)
    const line = Buffer.from('waiting for the database.')
    expect(Buffer.from(stream.push(line)).toString()).toBe(line.toString())
    expect(stream.held.length).toBe(0)
  })

  test('holds back the beginning of a secret until it is told apart', () => {
    const { stream } = streamOf(TOKEN)
    expect(Buffer.from(stream.push(Buffer.from('a Zx81kq'))).toString()).toBe('a ')
    expect(Buffer.from(stream.push(Buffer.from('uestion'))).toString()).toBe('Zx81kquestion')
  })

  test('has a bound on what it holds back', () => {
    const { stream } = streamOf(TOKEN)
    stream.push(Buffer.from('Zx81kq9'))
    for (let index = 0; index < 40; index++) {
      stream.push(Buffer.alloc(64 * 1024, '\n'))
      expect(stream.held.length).toBeLessThan(512 * 1024)
    }
  })

  test('masks from the moment on at which a secret is learned', () => {
    const { redactor, stream } = streamOf(TOKEN)
    const first = Buffer.from(stream.push(Buffer.from('one new-secret-99.')))
    redactor.add('LATE', 'new-secret-99')
    const second = Buffer.from(stream.push(Buffer.from('two new-secret-99.')))
    expect(first.toString()).toBe('one new-secret-99.')
    expect(second.toString()).toBe('two [masked:LATE].')
    expect(redactor.mask(first.toString())).toBe('one [masked:LATE].')
  })

  test('does not keep the bytes it was given', () => {
    const { stream } = streamOf(TOKEN)
    const bytes = Buffer.from('Zx81kq')
    stream.push(bytes)
    bytes.fill(0)
    expect(Buffer.from(stream.push(Buffer.from('9LmPq2TTv0'))).toString()).toBe('[masked:S0]')
  })
})
