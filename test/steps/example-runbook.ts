/** A whole runbook around the example of a kind, with all that the example mentions. */
import { parse, stringify } from 'yaml'
import { parseRunbook } from '../../src/runbook/parse.ts'
import { renderTree } from '../../src/runbook/expressions/interpolate.ts'
import type { Runbook, Step } from '../../src/runbook/runbook.ts'
import type { Kind } from '../../src/steps/kind.ts'
import { loadAny } from '../runbook/included.ts'
import { KINDS } from '../../src/steps/registry.ts'

export const STEP = 'example'
const SECRET = 'Zx81kq9LmPq2TTv0'

type Step0 = Record<string, unknown>

function runbookText(step: Step0): string {
  const text = stringify(step)
  const names = [...text.matchAll(/secrets\.(\w+)/g)].map(([, name = '']) => name)
  const inputs = [...text.matchAll(/inputs\.(\w+)/g)].map(([, name = '']) => name)
  return stringify({
    hotwash: 1,
    name: 'Example',
    ...(inputs.length === 0
      ? {}
      : {
          inputs: Object.fromEntries(
            inputs.map((name) => [name, { type: 'string', default: 'a' }]),
          ),
        }),
    ...(names.length === 0
      ? {}
      : { secrets: Object.fromEntries(names.map((name) => [name, { env: name }])) }),
    databases: { app: { url: 'sqlite:app.db' } },
    steps: [
      { id: 'backup', backup: { database: 'app' } },
      { id: STEP, ...step },
    ],
  })
}

export const exampleOf = (kind: Kind): Step0 => parse(kind.example) as Step0

export const parsed = (step: Step0) =>
  parseRunbook({ text: runbookText(step), path: 'example.yaml', kinds: KINDS, load: loadAny })

/** The step of the example, its parameters rendered but for what the kind renders itself. */
export function rendered(kind: Kind): { params: never; step: Step; runbook: Runbook } {
  const result = parsed(exampleOf(kind))
  if (!result.ok) throw new Error(JSON.stringify(result.issues, null, 2))
  const { runbook } = result
  const step = runbook.steps.find(({ id }) => id === STEP)
  if (step === undefined) throw new Error('the step is missing')
  const secrets = Object.fromEntries(Object.keys(runbook.secrets).map((name) => [name, SECRET]))
  const inputs = Object.fromEntries(Object.keys(runbook.inputs).map((name) => [name, 'a']))
  const scope = { inputs, secrets, steps: {}, incident: { id: 'i' }, run: { id: 'r' } }
  const tree = renderTree(step.body.params, {
    scope,
    runbook,
    later: Object.keys(kind.locals ?? {}),
  })
  if (!tree.ok) throw new Error(tree.message)
  return { params: tree.value as never, step, runbook }
}
