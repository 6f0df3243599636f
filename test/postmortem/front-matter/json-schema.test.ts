import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { frontMatterJsonSchema } from '../../../src/postmortem/front-matter/json-schema.ts'
import { frontMatterSchema } from '../../../src/postmortem/front-matter/schema.ts'

const accepts = new Ajv({ strictTypes: false, validateFormats: false }).compile(
  frontMatterJsonSchema(),
)

describe('the JSON Schema of a head', () => {
  test.each([
    [true, {}],
    [true, { impact: null, actions: null }],
    [true, { impact: { numbers: { users: { between: [1, 2] } } } }],
    [true, { impact: { unknown: 'the logs are gone' } }],
    [true, { actions: [{ id: 'a', title: 'b', type: 'detect' }] }],
    [true, { contributing_factors: [{ id: 'a', says: 'b' }] }],
    [false, { impact: { numbers: { users: -1 } } }],
    [false, { impact: 'many users' }],
    [false, { actions: [{ id: 'a', title: 'b', type: 'fix' }] }],
    [false, { detection_source: 'pager' }],
    [false, { severty: 'SEV1' }],
  ])('says %s of %j, as the reader does', (valid, fields) => {
    const head = { hotwash: 1, ...fields }
    expect(accepts(head)).toBe(valid)
    expect(frontMatterSchema.safeParse(head).success).toBe(valid)
  })

  test('explains every field to an editor', () => {
    const { properties } = frontMatterJsonSchema() as {
      properties: Record<string, { description?: string }>
    }
    const silent = Object.entries(properties).filter(([, field]) => !field.description)
    expect(silent.map(([name]) => name)).toEqual(['hotwash'])
  })
})
