import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Cel, Template } from '../../../src/runbook/deferred.ts'
import { text, integer, json } from '../../../src/runbook/fields.ts'
import { renderTree } from '../../../src/runbook/expressions/interpolate.ts'
import type { Runbook } from '../../../src/runbook/runbook.ts'
import type { Scope } from '../../../src/runbook/expressions/scope.ts'

const input = { description: undefined, required: false, default: undefined, enum: undefined }
const open = { pattern: undefined, minimum: undefined, maximum: undefined }
const runbook = {
  inputs: {
    host: { type: 'string', ...input, ...open },
    port: { type: 'integer', ...input, ...open },
    none: { type: 'string', ...input, ...open },
  },
  secrets: {},
  steps: [{ id: 'fix' }],
  always: [],
} as unknown as Runbook
const scope: Scope = {
  inputs: { host: 'db.example.test', port: 5432, none: null },
  secrets: {},
  steps: { fix: { status: 'succeeded', outputs: { rows: [1, 2] } } },
  incident: { id: '2026-11-21-login' },
  run: { id: 'r1' },
}
const render = (tree: unknown, options: object = {}) =>
  renderTree(tree, { scope, runbook, ...options })

describe('renderTree', () => {
  it.each<[string, z.ZodType, unknown]>([
    ['${{ inputs.host }}:${{ inputs.port }}', z.string(), 'db.example.test:5432'],
    ['${{ inputs.port }}', z.string(), '5432'],
    ['${{ inputs.port }}', z.int(), 5432],
    ['${{ {"a": {"b": "}}"}}.a.b }}!', z.string(), '}}!'],
    ['${{ steps.fix.outputs.rows }}', z.unknown(), [1, 2]],
    ['{{ .Names }} ${{ run.id }}', z.string(), '{{ .Names }} r1'],
    ['a $ { {b}} ${{ "c" }}', z.string(), 'a $ { {b}} c'],
  ])('renders %s', (source, plain, value) => {
    expect(render([new Template(source, plain)])).toEqual({ ok: true, value: [value] })
  })

  it.each([
    ['${{ inputs.none }}', z.string(), 'is null, where text is needed'],
    ['${{ inputs.port }}', z.int().max(10), 'expected number to be <=10'],
    ['${{ inputs.host }}', z.int(), 'expected number, received string'],
    ['${{ inputs.absent }}', z.string(), 'No such key'],
    ['${{ "a\\u0000b" }}', z.string(), 'NUL'],
    ['${{ inputs.host', z.string(), 'never closed'],
  ])('refuses %s', (source, plain, why) => {
    const result = render({ a: new Template(source, plain) })
    expect(!result.ok && result.message.toLowerCase()).toContain(why.toLowerCase())
  })

  it('leaves a template that mentions a later name, and renders it once the name is known', () => {
    const tree = { url: new Template('${{ inputs.host }}/${{ actor.email }}', z.string()) }
    const first = render(tree, { later: ['actor'] })
    expect(first).toEqual({ ok: true, value: tree })
    expect(render(tree, { locals: { actor: { email: 'a@example.test' } } })).toEqual({
      ok: true,
      value: { url: 'db.example.test/a@example.test' },
    })
  })

  it('leaves conditions alone', () => {
    const condition = new Cel('status == 200', 'own')
    expect(render({ condition })).toEqual({ ok: true, value: { condition } })
  })

  it('gives literal strings back as they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (literal) => {
        fc.pre(!literal.includes('${{'))
        const parsed = z.object({ a: text(), b: json() }).parse({ a: literal, b: [literal] })
        expect(render(parsed)).toEqual({ ok: true, value: { a: literal, b: [literal] } })
      }),
    )
  })

  it('renders what the field vocabulary left to do', () => {
    const parsed = z.object({ n: integer({ max: 9000 }) }).parse({ n: '${{ inputs.port + 1 }}' })
    expect(render(parsed)).toEqual({ ok: true, value: { n: 5433 } })
  })
})
