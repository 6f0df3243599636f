import { parseEnv } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEnvFile } from '../../src/steps/env-file.ts'
import { cpuMs } from '../cpu-time.ts'

const values = (text: string): Record<string, string> =>
  Object.fromEntries(readEnvFile(text).values)

describe('an env file', () => {
  test.each<[string, string, Record<string, string>]>([
    ['plain lines', 'A=1\nB=two words\n', { A: '1', B: 'two words' }],
    ['export, blanks and comments', '# first\n export A = 1 # why\n\n\tB=2', { A: '1', B: '2' }],
    ['quotes of three kinds', 'A="x # y"\nB=\'q\'\nC=`z`', { A: 'x # y', B: 'q', C: 'z' }],
    [
      'a value of several lines',
      'KEY="-----BEGIN\nabc\n-----END"\nB=1',
      { KEY: '-----BEGIN\nabc\n-----END', B: '1' },
    ],
    ['an escaped line end in double quotes', 'A="x\\ny"\nB=\'x\\ny\'', { A: 'x\ny', B: 'x\\ny' }],
    ['references, which stay as they are', 'A=$B\nC="${A}/x"', { A: '$B', C: '${A}/x' }],
    ['a command, which is never carried out', 'A=$(id)\nB=`id`', { A: '$(id)', B: 'id' }],
    ['a byte order mark and CRLF', '\uFEFFA=1\r\nB="x\r\ny"\r\n', { A: '1', B: 'x\ny' }],
    ['empty values', 'A=\nB=""\nC= \nD=1', { A: '', B: '', C: '', D: '1' }],
    ['an equals sign in the value', 'A=b=c==', { A: 'b=c==' }],
    [
      'names with dots, dashes and colons',
      'a.b=1\nX-Y=2\nC:D=3',
      { 'a.b': '1', 'X-Y': '2', 'C:D': '3' },
    ],
    ['a quotation mark that is never closed', 'A="x\nB=2', { A: '"x', B: '2' }],
    ['nothing', '', {}],
  ])('with %s', (_, text, expected) => {
    expect(values(text)).toEqual(expected)
  })

  test('keeps names that mean something to JavaScript', () => {
    const file = readEnvFile('__proto__=1\nconstructor=2\ntoString=3')
    expect([...file.values]).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
      ['toString', '3'],
    ])
    expect(({} as Record<string, unknown>)['1']).toBeUndefined()
  })

  test('tells the line of each assignment, and of a name given twice both', () => {
    const { assignments } = readEnvFile('A=1\n\nB="x\ny"\nA=2\n')
    expect(assignments).toEqual([
      { name: 'A', value: '1', line: 1 },
      { name: 'B', value: 'x\ny', line: 3 },
      { name: 'A', value: '2', line: 5 },
    ])
    expect(values('A=1\nA=2')).toEqual({ A: '2' })
  })

  test('reads on after a line that is none, and tells where it is', () => {
    const text = 'A=1\nlonely\n=x\nB=2'
    expect(readEnvFile(text)).toMatchObject({ strayLines: [2, 3] })
    expect(values(text)).toEqual({ A: '1', B: '2' })
  })

  test('takes no line of a pasted key for a name', () => {
    const key = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj=='
    const file = readEnvFile(`KEY=-----BEGIN PRIVATE KEY-----\n${key}\nB=1`)
    expect([...file.values.keys()]).toEqual(['KEY', 'B'])
    expect(file.strayLines).toEqual([2])
  })

  test('tells a quotation mark that takes in other assignments', () => {
    const file = readEnvFile('A="open\nB="x"\nC=1')
    expect(file.openQuotes).toEqual([{ name: 'A', value: 'open\nB=', line: 1 }])
  })

  test('agrees with Node on what both can read', () => {
    const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/)
    const bare = fc.stringMatching(/^[a-z0-9:/@.-]{0,20}$/)
    const quoted = fc.stringMatching(/^[a-z0-9 #=\n$]{0,20}$/).map((text) => `"${text}"`)
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.oneof(bare, quoted))), (pairs) => {
        const text = pairs.map(([key, value]) => `${key}=${value}`).join('\n')
        expect(values(text)).toEqual({ ...parseEnv(text) })
      }),
    )
  })

  test('takes time in proportion to its length', () => {
    const began = cpuMs()
    const text = Array.from({ length: 20_000 }, (_, index) => `K${index}="open`).join('\n')
    readEnvFile(text)
    expect(cpuMs() - began).toBeLessThan(2_000)
  })
})
