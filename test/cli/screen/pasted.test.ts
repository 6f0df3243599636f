import { describe, expect, it } from 'vitest'
import { createTyping, type Wanted } from '../../../src/cli/screen/pasted.ts'

const marked = (text: string): string => `\u001B[200~${text}\u001B[201~`

/** What a prompt gets of chunks that arrive this many milliseconds apart. */
function typed(wanted: Wanted, chunks: readonly string[], apart = 1): string[] {
  const { take } = createTyping()
  return chunks.map((chunk, at) => {
    const { typed: text, refused } = take(chunk, wanted, 1_000 + at * apart)
    return refused ? `${text}(refused)` : text
  })
}

describe('where one key is asked for', () => {
  it.each(['r', '\r', '\n', '\r\n', '?', 'ä', '\u001B', '\u001B[A', '\u0003', '\u001A'])(
    'one key is taken: %j',
    (key) => expect(typed('key', [key])).toEqual([key]),
  )

  it('a key with its Enter is the key, and its Enter answers nothing', () => {
    expect(typed('key', ['r\r', 'ä\r\n'])).toEqual(['r', 'ä'])
  })

  it('a paste is not, whether the terminal marks it or not', () => {
    expect(typed('key', [marked('restart\nit\n')])).toEqual(['(refused)'])
    expect(typed('key', ['restart\rit\r'])).toEqual(['(refused)'])
  })

  it('nor is the rest of a paste that comes in pieces, though it be one key', () => {
    expect(typed('key', ['restar', 't', '\r'])).toEqual(['(refused)', '(refused)', '(refused)'])
    expect(typed('key', ['restar', 'r'], 500)).toEqual(['(refused)', 'r'])
    expect(typed('key', ['\u001B[200~rest', 'r', '\r\u001B[20', '1~', 'r'])).toEqual([
      '',
      '',
      '',
      '(refused)',
      'r',
    ])
  })

  it('^C is taken in any case', () => {
    expect(typed('key', ['restar', 't\u0003'])).toEqual(['(refused)', '\u0003'])
  })
})

describe('where a line is asked for', () => {
  it('what is typed comes as it is, its Enter and its editing keys too', () => {
    expect(typed('line', ['new', '\u0015', 'old\r'])).toEqual(['new', '\u0015', 'old\r'])
  })

  it('the lines of a paste become one line, which waits for Enter if the terminal marks pastes', () => {
    expect(typed('line', [marked('14:05 maria:\trestarted\r\n14:06 omar: ok\n')])).toEqual([
      '14:05 maria: restarted / 14:06 omar: ok',
    ])
    expect(typed('line', ['one\rtwo\r'])).toEqual(['one / two\r'])
  })

  it('a paste without end is kept up to a bound', () => {
    const chunks = Array.from({ length: 30 }, () => 'x'.repeat(10_000))
    const parts = typed('line', ['\u001B[200~', ...chunks, '\u001B[201~'])
    expect(parts.join('').length).toBeLessThan(101_000)
  })

  it('no answer is left for the question after it', () => {
    const { take } = createTyping()
    expect(take('one\rtwo\r', 'line', 1_000).typed).toBe('one / two\r')
    expect(take('\r', 'key', 1_010)).toEqual({ typed: '', refused: true })
    expect(take('r', 'key', 1_500)).toEqual({ typed: 'r', refused: false })
  })
})

it('a secret has one line: a paste of more is not taken for a part of it', () => {
  expect(typed('secret', [marked('Xq7Zt2\n')])).toEqual(['Xq7Zt2'])
  expect(typed('secret', [marked('-----BEGIN\nXq7Zt2\n')])).toEqual(['(refused)'])
})
