/** Small kinds for the tests of the language: the real ones are tested beside themselves. */
import { z } from 'zod'
import {
  body,
  cel,
  duration,
  integer,
  json,
  nestedSteps,
  script,
  text,
} from '../../src/runbook/fields.ts'
import type { KindShape, KindShapes } from '../../src/runbook/kind-shape.ts'
import { parseRunbook } from '../../src/runbook/parse.ts'

const base = {
  type: 'action',
  summary: 'a kind for tests',
  example: '',
  outcome: {},
  defaultOutputs: {},
  timeoutMs: 120_000,
} as const

const run: KindShape = {
  ...base,
  params: z.union([script(), z.array(text()).min(1)]),
  effect: 'change',
  outcome: { exit_code: 'int', stdout: 'string', stderr: 'string', duration_ms: 'int' },
}

const HTTP = { status: 'int', headers: 'map', body: 'string', json: 'dyn' } as const
const request = z.strictObject({
  method: z.enum(['GET', 'POST']).default('GET'),
  url: text(z.string().regex(/^https?:/, { error: 'a url begins with http:// or https://' })),
  headers: z.record(z.string(), text()).optional(),
  json: json().optional(),
  redirects: integer({ min: 0, max: 20 }).optional(),
})
const http: KindShape = {
  ...base,
  params: request,
  effect: (params) => ((params as { method: string }).method === 'GET' ? 'read' : 'change'),
  outcome: HTTP,
  defaultOutputs: { status: 'status' },
}

const wait: KindShape = {
  ...base,
  params: z.strictObject({
    for: duration().optional(),
    until: body().optional(),
    interval: duration().optional(),
  }),
  effect: 'read',
}

const decide: KindShape = {
  ...base,
  type: 'gate',
  params: z.strictObject({
    question: text(),
    options: z.record(z.string(), z.strictObject({ label: text(), steps: nestedSteps() })),
  }),
  effect: 'read',
  outcome: { choice: 'string' },
  defaultOutputs: { choice: 'choice' },
  timeoutMs: null,
}

const ask: KindShape = {
  ...base,
  type: 'gate',
  params: z.strictObject({ values: z.record(z.string(), z.strictObject({ type: z.string() })) }),
  effect: 'read',
  timeoutMs: null,
}

const judged = () => cel({ ...HTTP, actor: 'dyn' })
const login: KindShape = {
  ...base,
  params: z
    .strictObject({
      request: request.optional(),
      actors: z.record(z.string(), z.object({ password: text() }).catchall(text())).optional(),
      success: judged().optional(),
      survives: body().optional(),
      like: z.string().optional(),
      skip: z.array(z.string()).default([]),
    })
    .refine(({ like, request: own }) => (like === undefined) !== (own === undefined), {
      error: 'request or like',
    }),
  effect: 'change',
  locals: { actor: 'dyn' },
  outcome: { logins_ok: 'int', logins_tried: 'int' },
  defaultOutputs: { logins_ok: 'logins_ok' },
}

const sql: KindShape = {
  ...base,
  params: z.strictObject({
    database: z.string(),
    query: text(),
    params: z.array(text()).default([]),
  }),
  effect: 'read',
  outcome: { rows: 'list', row_count: 'int' },
  defaultOutputs: { row_count: 'row_count' },
}

const backup: KindShape = {
  ...base,
  params: z.strictObject({ database: z.string() }),
  effect: 'change',
  outcome: { file: 'string' },
  defaultOutputs: { file: 'file' },
  timeoutMs: 3_600_000,
}

const restore: KindShape = {
  ...base,
  params: z.strictObject({ database: z.string(), from: z.string() }),
  effect: 'destroy',
}

const TEST_KINDS: KindShapes = { run, http, wait, decide, ask, login, sql, backup, restore }

export const parse = (text: string) => parseRunbook({ text, path: 'book.yaml', kinds: TEST_KINDS })

/** A runbook around some steps, given as YAML with its own indentation of two spaces. */
export const book = (steps: string, more = ''): string =>
  `hotwash: 1\nname: A test\nowner: team\n${more}steps:\n${steps}\n`

/** `line:column CODE message | hint` of every issue. */
export function problems(text: string): string[] {
  const parsed = parse(text)
  const issues = parsed.ok ? parsed.warnings : parsed.issues
  return issues.map(
    ({ place, code, message, hint }) =>
      `${place.line}:${place.column} ${code} ${message}${hint ? ` | ${hint}` : ''}`,
  )
}
