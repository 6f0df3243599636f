/** What every kind in the table owes: a new kind is tested here by being listed there. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { endedByOperator } from '../../src/engine/attempt/end-reason.ts'
import type { Body } from '../../src/runbook/runbook.ts'
import type { ActionKind, Kind, PlanLook, Probed, StepContext } from '../../src/steps/kind.ts'
import { KINDS } from '../../src/steps/registry.ts'
import { commandContext } from './command-context.ts'
import { exampleOf, parsed, rendered, STEP } from './example-runbook.ts'
import { chattyPorts, dumpOf, hangingPorts } from './odd-ports.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotwash-conformance-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Of all that an outcome holds: what is kept of one output is at most 8 MiB. */
const MOST_CHARS = 8 * 1024 * 1024
const PROMPT_MS = 30_000

const look: PlanLook = {
  cwd: folder,
  env: {},
  shell: undefined,
  effect: 'read',
  databaseLabel: (name) => name,
  planOf: (body) => `plan of ${body.kind}`,
  targetOf: (body) => `target of ${body.kind}`,
  source: ({ source }) => source,
}

/** A plan that reaches for anything else than what it may look at fails. */
const narrowLook = new Proxy(look, {
  get(target, name) {
    if (!Object.hasOwn(target, name)) throw new Error(`the plan asked for ${String(name)}`)
    return Reflect.get(target, name) as unknown
  },
})

type Odd = ReturnType<typeof hangingPorts>

function contextWith({ ports, database }: Odd, kind: Kind, signal: AbortSignal): StepContext {
  const step = { ...commandContext(folder, { signal, database }), ports, ...narrowContext(kind) }
  return step as unknown as StepContext
}

/** A body that does nothing until it is ended. */
const hangs = async (signal: AbortSignal | undefined): Promise<Probed> => {
  await new Promise<void>((resolve) => {
    if (signal?.aborted === true) resolve()
    signal?.addEventListener('abort', () => resolve())
  })
  return { is: 'error', reason: 'ended', outcome: { ended: 'aborted', data: {}, evidence: [] } }
}

const narrowContext = (kind: Kind) => ({
  ...look,
  kind: kind.kind,
  incident: '2026-11-21-example',
  run: 'r1',
  step: STEP,
  attempt: 1,
  jar: () => commandContext(folder).ports.http.newJar(),
  outputsOf: () => dumpOf(),
  render: <T>(value: T) => value,
  evaluate: () => ({ ok: true, value: true }),
  probe: (_body: unknown, { signal }: { signal?: AbortSignal }) => hangs(signal),
  prepare: (body: Body) => ({
    ok: true,
    prepared: {
      body,
      plan: `plan of ${body.kind}`,
      target: 'nowhere',
      once: hangs,
      errorOf: () => ({ category: 'unknown', shape: 'ended', context: {} }),
    },
  }),
})

describe.each(Object.entries(KINDS))('the kind %s', (name, kind) => {
  test('is listed by its own name, and says in one line what it does', () => {
    expect(kind.kind).toBe(name)
    expect(kind.summary).toMatch(/^[^\n]{10,120}$/)
  })

  test('has an example that is a valid step', () => {
    const result = parsed(exampleOf(kind))
    expect(result.ok ? [] : result.issues).toEqual([])
  })

  test('refuses a parameter that it does not know, and says where', () => {
    const example = exampleOf(kind)
    const given = example[name]
    const isMap = given !== null && typeof given === 'object' && !Array.isArray(given)
    const result = parsed({
      ...example,
      [name]: isMap ? { ...given, no_such_field: 1 } : { no_such_field: 1 },
    })
    expect(result.ok).toBe(false)
    if (result.ok) return
    expect(result.issues.map(({ place }) => place.line > 1)).toContain(true)
  })

  test('tells of every parameter what it is, and of every list and map what it holds', () => {
    const schema = z.toJSONSchema(kind.params, { io: 'input', unrepresentable: 'any' })
    const untold = Object.entries(schema.properties ?? {}).filter(
      ([, field]) => typeof field === 'boolean' || field.description === undefined,
    )
    expect(untold.map(([parameter]) => parameter)).toEqual([])
    const held = Object.entries(kind.outcome).filter(([, type]) => /^(list|map|dyn)$/.test(type))
    expect(Object.keys(kind.shapes ?? {}).toSorted()).toEqual(held.map(([key]) => key).toSorted())
  })

  test('has a plan in words that asks no port', () => {
    const { params } = rendered(kind)
    const plan = kind.plan(params, narrowLook)
    expect(plan.trim()).not.toBe('')
    expect(plan.length).toBeLessThan(10_000)
    expect(plan).not.toContain('[object Object]')
    expect(kind.target?.(params, narrowLook) ?? '').not.toContain('[object Object]')
  })

  test('has default outputs that its outcome has', () => {
    for (const source of Object.values(kind.defaultOutputs)) {
      expect(Object.keys(kind.outcome)).toContain(source)
    }
  })
})

const actions = Object.entries(KINDS).filter(
  (entry): entry is [string, ActionKind] => entry[1].type === 'action',
)

describe.each(actions)('the action %s', (_name, kind) => {
  test('ends promptly when it is ended', async () => {
    const controller = new AbortController()
    const { params } = rendered(kind)
    const running = kind.run(params, contextWith(hangingPorts(folder), kind, controller.signal))
    setTimeout(() => controller.abort(endedByOperator('ended by the operator')), 30)
    const late = new Promise((resolve) => setTimeout(resolve, PROMPT_MS, 'late').unref())
    const outcome = (await Promise.race([running, late])) as { ended?: string }
    expect(outcome.ended).toMatch(/^(aborted|failed|unknown)$/)
  })

  test('keeps no more than the record takes of one output', async () => {
    const { params } = rendered(kind)
    const context = contextWith(chattyPorts(folder), kind, AbortSignal.timeout(500))
    const outcome = await kind.run(params, context)
    expect(JSON.stringify(outcome.data).length).toBeLessThan(MOST_CHARS)
    for (const draft of outcome.evidence) {
      const size = 'spool' in draft ? draft.spool.keptBytes : draft.text.length
      expect(size).toBeLessThanOrEqual(MOST_CHARS)
    }
  })
})
