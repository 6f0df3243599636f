import { describe, expect, it } from 'vitest'
import { defaultProblem, readInputs } from '../../src/runbook/inputs.ts'
import type { InputSpec } from '../../src/runbook/runbook.ts'

const spec = (more: Partial<InputSpec>): InputSpec => ({
  type: 'string',
  description: undefined,
  required: false,
  default: undefined,
  enum: undefined,
  pattern: undefined,
  minimum: undefined,
  maximum: undefined,
  ...more,
})

describe('readInputs', () => {
  it('reads every type, defaults, and nothing for an optional input that is not given', () => {
    const specs = {
      name: spec({}),
      port: spec({ type: 'integer', maximum: 65_535 }),
      ratio: spec({ type: 'number' }),
      force: spec({ type: 'boolean' }),
      count: spec({ type: 'integer', default: 3 }),
      other: spec({}),
    }
    expect(
      readInputs(specs, {
        name: '; touch P $(id) `id`',
        port: '5432',
        ratio: '0.5',
        force: 'true',
      }),
    ).toEqual({
      ok: true,
      inputs: {
        name: '; touch P $(id) `id`',
        port: 5432,
        ratio: 0.5,
        force: true,
        count: 3,
        other: null,
      },
    })
  })

  it('keeps a newline in a value', () => {
    expect(readInputs({ a: spec({}) }, { a: 'x\ny' })).toEqual({ ok: true, inputs: { a: 'x\ny' } })
  })

  it.each<[string, Partial<InputSpec>, string]>([
    ['a\0b', {}, 'NUL'],
    ['-rf', {}, 'could be read as an option'],
    ['x', { enum: ['staging', 'production'] }, 'is not one of: staging, production'],
    ['x', { pattern: '^[0-9]+$' }, 'does not match the pattern'],
    ['x', { pattern: '^[0-9]+$', description: 'A number' }, '$; wanted: A number'],
    ['1.5', { type: 'integer' }, 'is not an integer'],
    ['9007199254740993', { type: 'integer' }, 'is not an integer'],
    ['0x10', { type: 'integer' }, 'is not an integer'],
    ['', { type: 'number' }, 'is not a number'],
    ['Infinity', { type: 'number' }, 'is not a number'],
    ['yes', { type: 'boolean' }, 'accepted: true, false'],
    ['99', { type: 'integer', minimum: 100 }, 'is below 100'],
    ['501', { type: 'integer', maximum: 500 }, 'is above 500'],
  ])('refuses %j', (given, more, why) => {
    const read = readInputs({ a: spec(more) }, { a: given })
    expect(!read.ok && read.problems).toEqual([expect.stringContaining(why)])
  })

  it('accepts a leading dash where the author allowed for it', () => {
    const specs = { level: spec({ type: 'integer' }), flag: spec({ pattern: '^--?[a-z]+$' }) }
    expect(readInputs(specs, { level: '-3', flag: '-v' }).ok).toBe(true)
  })

  it('names all problems at once, with a suggestion for a typo', () => {
    const read = readInputs({ environment: spec({ required: true }) }, { enviroment: 'x' })
    expect(!read.ok && read.problems).toEqual([
      expect.stringContaining('did you mean environment?'),
      expect.stringContaining('input environment is missing'),
    ])
  })

  it('takes names of a prototype as unknown inputs', () => {
    expect(readInputs({}, JSON.parse('{"__proto__": "x", "constructor": "y"}')).ok).toBe(false)
  })
})

describe('defaultProblem', () => {
  it.each<[Partial<InputSpec>, string]>([
    [{ default: 'x' }, 'it fits'],
    [{ default: 5 }, 'not of type string'],
    [{ type: 'integer', default: 1.5 }, 'not an integer'],
    [{ type: 'integer', default: 1, minimum: 5 }, 'below 5'],
    [{ default: '--flag' }, 'it fits'],
    [{ default: 'x', enum: ['y'] }, 'is not one of: y'],
  ])('judges %j', (more, why) => {
    expect(defaultProblem(spec(more)) ?? 'it fits').toContain(why)
  })
})
