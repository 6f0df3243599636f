import { describe, expect, it } from 'vitest'
import { checkExpression, evaluateExpression } from '../../../src/runbook/expressions/expression.ts'
import { cpuMs } from '../../cpu-time.ts'

const NAMES = { json: 'dyn', body: 'string', path: 'string' } as const

const value = (source: string, values: Record<string, unknown> = {}): unknown => {
  const checked = checkExpression(source, NAMES)
  if (!checked.ok) throw new Error(checked.message)
  const evaluated = evaluateExpression(source, NAMES, { json: null, body: '', path: '', ...values })
  if (!evaluated.ok) throw new Error(evaluated.message)
  return evaluated.value
}

describe('at(value, path)', () => {
  const json = { user: { email: 'ada@example.test', roles: ['a', 'b'], none: null }, n: 3 }

  it.each<[string, unknown]>([
    ['user.email', 'ada@example.test'],
    ['user.roles.1', 'b'],
    ['user.roles.2', null],
    ['user.roles.length', null],
    ['user.none', null],
    ['user.none.more', null],
    ['user.email.more', null],
    ['__proto__.constructor', null],
    ['', json],
    ['n', 3],
  ])('finds %j', (path, expected) => {
    expect(value('at(json, path)', { json, path })).toEqual(expected)
  })

  it('finds nothing in an answer that is no JSON', () => {
    expect(value('at(json, "user") == null')).toBe(true)
  })

  it('looks into what the expression wrote itself', () => {
    expect(value('at({"a": {"b": 1}}, "a.b")')).toBe(1)
  })
})

describe('small ones', () => {
  it.each<[string, unknown]>([
    ['items(" 200, 302  303,")', ['200', '302', '303']],
    ['items("")', []],
    ['"2" in items("1 2")', true],
    [
      'pairs("grant_type=password&scope=&q=a+b%26")',
      { grant_type: 'password', scope: '', q: 'a b&' },
    ],
    ['pairs("")', {}],
    ['urlDecoded("a%3D%20b")', 'a= b'],
    ['urlDecoded("100%")', '100%'],
    ['same(1, "1")', true],
    ['same(true, "true")', true],
    ['same(json, "null")', false],
    ['same("", "")', true],
    ['same([1], "1")', false],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected)
  })
})

describe('htmlValue(html, name)', () => {
  it.each<[string, string | null]>([
    ['<input type="hidden" name="token" value="a&#43;b&#x3D;&amp;&quot;">', 'a+b=&"'],
    ["<INPUT value='x' name='token' />", 'x'],
    ['<meta name="token" content="from-meta">', 'from-meta'],
    ['<input name=token value=bare>', 'bare'],
    ['<input name="other" value="1"><input\n name="token"\n value="2">', '2'],
    ['<input name="token">', null],
    ['<p name="token" value="no">', null],
    ['<input name="token" value="&#1114112;&nope;">', '&#1114112;&nope;'],
    ['', null],
  ])('reads %j', (body, expected) => {
    expect(value('htmlValue(body, "token")', { body })).toBe(expected)
  })

  it('takes no longer on a page that is made to be slow', () => {
    const body = '<input ' + 'a="'.repeat(400_000)
    const began = cpuMs()
    value('htmlValue(body, "token")', { body })
    expect(cpuMs() - began).toBeLessThan(2_000)
  })
})
