/** Requests whose names of fields and headers come from inputs, as a server receives them. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { http } from '../../../src/steps/kinds/http.ts'
import { testContext } from '../step-context.ts'

type Received = { method: string; type: string | undefined; body: string; token: unknown }

let server: Server
let url = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      const { 'content-type': type, 'x-token': token = null } = request.headers
      response.end(JSON.stringify({ method: request.method, type, body, token }))
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterAll(() => {
  server.close()
})

async function received(params: Record<string, unknown>): Promise<Received> {
  const context = testContext()
  const asked = context.render(http.params.parse({ method: 'POST', url, ...params }), {})
  const outcome = await http.run(asked, context)
  return outcome.data['json'] as Received
}

const FORM = 'application/x-www-form-urlencoded'

describe('fields', () => {
  it.each<[string, Record<string, unknown>, string | undefined, string]>([
    [
      'as JSON unless stated',
      { fields: { a: 'x', n: 1, yes: true } },
      'application/json',
      '{"a":"x","n":1,"yes":true}',
    ],
    ['as a form', { format: 'form', fields: { 'a b': 'x&y', n: 1 } }, FORM, 'a+b=x%26y&n=1'],
    [
      'from one expression',
      { fields: '${{ {"user": "ada", "n": 2} }}' },
      'application/json',
      '{"user":"ada","n":2}',
    ],
    [
      'with a format from an expression',
      { format: '${{ "form" }}', fields: '${{ {"user": "a"} }}' },
      FORM,
      'user=a',
    ],
    [
      'of several maps, later ones first',
      { fields: [{ a: '1', b: '2' }, '${{ {"b": "3"} }}'] },
      'application/json',
      '{"a":"1","b":"3"}',
    ],
    [
      'without an empty name or a null',
      { format: 'form', fields: ['${{ {"": "x", "b": null} }}', { c: '${{ null }}', d: '' }] },
      FORM,
      'd=',
    ],
    [
      'nested in JSON by brackets',
      { fields: { 'user[name]': 'a', 'user[at][x]': 'b' } },
      'application/json',
      '{"user":{"name":"a","at":{"x":"b"}}}',
    ],
    [
      'with brackets as they are in a form',
      { format: 'form', fields: { 'user[name]': 'a' } },
      FORM,
      'user%5Bname%5D=a',
    ],
    ['as no body when none is left', { fields: '${{ {"": "x"} }}' }, undefined, ''],
    [
      'called __proto__',
      { fields: { 'x[__proto__]': 'a' } },
      'application/json',
      '{"x":{"__proto__":"a"}}',
    ],
  ])('are sent %s', async (_, params, type, body) => {
    expect(await received(params)).toMatchObject({ ...(type && { type }), body })
  })

  it.each([
    [{ fields: { a: [1] } }],
    [{ fields: {}, json: {} }],
    [{ format: 'form' }],
    [{ format: 'xml', fields: {} }],
  ])('refuse %j', (params) => {
    expect(http.params.safeParse({ method: 'POST', url, ...params }).success).toBe(false)
  })

  it('refuse an expression that gives no map of plain values', async () => {
    await expect(received({ fields: '${{ {"a": [1]} }}' })).rejects.toThrow(
      /fields|Invalid|expected/i,
    )
  })
})

describe('headers and method', () => {
  it('come from expressions', async () => {
    const headers = '${{ {"X-Token": "t1", "": "x", "X-None": null} }}'
    expect(await received({ method: '${{ "PUT" }}', headers })).toMatchObject({
      method: 'PUT',
      token: 't1',
    })
  })

  it('refuse a header that would smuggle in another one', async () => {
    const headers = '${{ {"X-Token": "a\\r\\nX-Admin: 1"} }}'
    await expect(received({ headers })).rejects.toThrow(/one line/)
  })

  it('plan by names, never by values', () => {
    const context = testContext()
    const parsed = http.params.parse({
      method: 'POST',
      url,
      headers: { 'x-token': 'v1' },
      fields: { a: 'v2' },
      format: 'form',
    })
    const plan = http.plan(context.render(parsed, {}) as never, { cwd: '/', env: {} } as never)
    expect(plan).toBe(`POST ${url}; headers: x-token; form of fields: a`)
  })
})
