import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkExpression,
  evaluateExpression,
  seenValues,
} from '../../../src/runbook/expressions/expression.ts'
import type { Names } from '../../../src/runbook/deferred.ts'

const names: Names = {
  'inputs.environment': 'string',
  'inputs.max_conn': 'int',
  'inputs.ratio': 'double',
  'secrets.TOKEN': 'string',
  'steps.fix.status': 'string',
  'steps.fix.outputs': 'dyn',
  status: 'int',
  exit_code: 'int',
  json: 'dyn',
  rows: 'list',
}
const values = {
  inputs: { environment: 'production', max_conn: 300, ratio: 1 },
  secrets: {},
  steps: { fix: { status: 'succeeded', outputs: { n: 5 } } },
  status: 200,
  exit_code: null,
  json: { n: 1, half: 0.5, nothing: null, list: [1, 2] },
  rows: [{ n: 7 }],
}
const evaluate = (source: string) => evaluateExpression(source, names, values)
const message = (source: string): string => {
  const checked = checkExpression(source, names)
  return checked.ok ? `accepted as ${checked.type}` : `${checked.message} | ${checked.hint ?? ''}`
}

describe('checkExpression', () => {
  it.each([
    ['inputs.enviroment == "x"', 'inputs has no "enviroment"', 'did you mean inputs.environment?'],
    ['steps.fx.status == "x"', 'steps has no "fx"', 'did you mean steps.fix?'],
    ['steps["fx"].status', 'steps has no "fx"', ''],
    ['secrets.TOKN', 'secrets has no "TOKN"', 'did you mean secrets.TOKEN?'],
    ['stauts == 200', 'unknown name "stauts"', 'did you mean status?'],
    ['inputs.max_conn + "x"', 'no such overload: int + string', ''],
    ['status == "200"', 'no such overload: int == string', ''],
    ['status ==', 'Unexpected token', ''],
    ['nothing(1)', "found no matching overload for 'nothing(int)'", ''],
    ['inputs', 'inputs is a group', ''],
    ['secrets[inputs.environment]', 'secrets is a group', ''],
  ])('refuses %s', (source, why, hint) => {
    expect(message(source)).toContain(why)
    expect(message(source)).toContain(hint)
  })

  it('gives the place of the typo in the source', () => {
    expect(checkExpression('status == 1 && inputs.enviroment == "x"', names)).toMatchObject({
      start: 22,
      end: 32,
    })
  })

  it('tells what the expression mentions', () => {
    const checked = checkExpression('rows.all(r, r.n > 1) && steps["fix"].outputs.n == 1', names)
    expect(checked.ok && checked.mentions.map(({ path }) => path.join('.'))).toEqual(
      expect.arrayContaining(['rows', 'steps.fix.outputs.n']),
    )
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (source) => {
        const checked = checkExpression(source, names)
        evaluate(source)
        const { start, end } = checked.ok ? { start: 0, end: 0 } : checked
        expect(start).toBeGreaterThanOrEqual(0)
        expect(end).toBeLessThanOrEqual(source.length)
      }),
    )
  })

  it('bounds the depth of an expression', () => {
    expect(checkExpression('('.repeat(5000) + '1' + ')'.repeat(5000), names).ok).toBe(false)
  })
})

describe('evaluateExpression', () => {
  it.each<[string, unknown]>([
    ['inputs.environment == "production"', true],
    ['json.n + 1', 2],
    ['json.half * 3', 1.5],
    ['json.n + json.half', 1.5],
    ['inputs.ratio / 2', 0.5],
    ['inputs.ratio == 1', true],
    ['json.n == 1.0', true],
    ['json.list.map(x, x * 2)', [2, 4]],
    ['{"a": [json.n]}', { a: [1] }],
    ['rows[0].n', 7],
    ['steps.fix.outputs.n > 4', true],
    ['has(json.nothing.deep)', false],
    ['has(steps.fix.outputs.other)', false],
    ['has(secrets.TOKEN)', false],
    ['exit_code == 0', false],
    ['json.nothing == null', true],
    ['9007199254740993', '9007199254740993'],
  ])('evaluates %s', (source, value) => {
    expect(evaluate(source)).toEqual({ ok: true, value })
  })

  it.each([
    ['json.nothing.deep', 'json.nothing = null'],
    ['json.absent', 'json.absent = missing'],
    ['steps.fix.outputs.absent', 'steps.fix.outputs.absent = missing'],
    ['secrets.TOKEN', 'secrets.TOKEN = missing'],
    ['rows[3].n', 'index out of bounds'],
    ['1 / 0', 'division by zero'],
  ])('quotes %s and what was seen when it cannot be evaluated', (source, seen) => {
    const result = evaluate(source)
    expect(result.ok).toBe(false)
    expect(!result.ok && result.message).toContain(`"${source}"`)
    expect(!result.ok && result.message).toContain(seen)
  })

  it('reads no member of a prototype', () => {
    for (const member of ['constructor', '__proto__', 'toString']) {
      expect(evaluate(`json.${member}`).ok).toBe(false)
    }
  })

  it('gives plain JSON back unchanged', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value)
        const result = evaluateExpression('json', { json: 'dyn' }, { json: JSON.parse(text) })
        expect(result.ok && JSON.stringify(result.value)).toBe(text)
      }),
    )
  })
})

describe('seenValues', () => {
  it('shows values but no secret', () => {
    const withSecret = { ...values, secrets: { TOKEN: 'hush' } }
    expect(seenValues('status == 1 && secrets.TOKEN == json.half', withSecret)).toBe(
      'status = 200, json.half = 0.5',
    )
  })
})
