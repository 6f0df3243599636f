/** A StepContext over real ports, for tests of one kind without an engine around it. */
import { createHttpPort } from '../../src/adapters/http.ts'
import type { CookieJar } from '../../src/ports/http.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { evaluateExpression } from '../../src/runbook/expressions/expression.ts'
import { renderTree } from '../../src/runbook/expressions/interpolate.ts'
import type { Runbook } from '../../src/runbook/runbook.ts'
import type { Names } from '../../src/runbook/deferred.ts'
import type { Probed, StepContext } from '../../src/steps/kind.ts'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

export type TestContext = StepContext & { secrets: Map<string, string>; said: string[] }

const RUNBOOK = { inputs: {}, secrets: {}, steps: [], always: [] } as unknown as Runbook
const SCOPE = { inputs: {}, secrets: {}, steps: {}, incident: { id: 'i' }, run: { id: 'r' } }

export function testContext(
  options: {
    signal?: AbortSignal
    observe?: boolean
    probe?: () => Promise<Probed>
  } = {},
): TestContext {
  const http = createHttpPort()
  const jars = new Map<string, CookieJar>()
  const secrets = new Map<string, string>()
  const said: string[] = []
  const ports = {
    http,
    clock: {
      now: () => Date.now(),
      mono: () => performance.now(),
      boot: () => 'boot',
      sleep: async (ms: number, signal?: AbortSignal) => {
        await sleep(ms, undefined, signal === undefined ? {} : { signal })
      },
    },
    random: { hex: (bytes: number) => randomBytes(bytes).toString('hex') },
    files: { readText: (path: string) => readFile(path, 'utf8') },
  } as unknown as Ports
  const context = {
    ports,
    secrets,
    said,
    signal: options.signal ?? new AbortController().signal,
    step: 'validate',
    observe: options.observe === true,
    say: (line: string) => void said.push(line),
    mask: (text: string) => text,
    learnSecret: (name: string, value: string) => void secrets.set(value, name),
    jar: (name: string) => {
      const jar = jars.get(name) ?? http.newJar()
      jars.set(name, jar)
      return jar
    },
    render: (value: unknown, locals: Record<string, unknown>) => {
      const rendered = renderTree(value, { scope: SCOPE, runbook: RUNBOOK, locals })
      if (!rendered.ok) throw new Error(rendered.message)
      return rendered.value
    },
    evaluate: (cel: { source: string }, locals: Record<string, unknown>) => {
      const names = Object.fromEntries(Object.keys(locals).map((name) => [name, 'dyn'])) as Names
      return evaluateExpression(cel.source, names, locals)
    },
    probe: options.probe ?? (() => Promise.reject(new Error('no probe in this test'))),
  }
  return context as unknown as TestContext
}
