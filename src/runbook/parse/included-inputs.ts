/** What a `runbook` step gives to the inputs of the runbook that it includes. */
import type { Place } from '../../errors.ts'
import { closest } from '../did-you-mean.ts'
import { mentions } from '../expressions/expression.ts'
import { Template } from '../deferred.ts'
import { readInputs } from '../inputs.ts'
import { addAt, type Around, type Parsing } from './parsing.ts'
import type { Path } from '../yaml/problems.ts'
import type { Value } from '../../incident/value.ts'
import type { Runbook, Step } from '../runbook.ts'
import { partsOf } from '../expressions/template-parts.ts'

export type GivenInputs = Readonly<Record<string, Value | Template>>

export const givenInputs = ({ body }: Step): GivenInputs =>
  (body.params as { inputs?: GivenInputs }).inputs ?? {}

type Included = {
  runbook: Runbook
  early: ReadonlyMap<string, Place>
  path: Path
  around: Around
}

export function checkGivenInputs(
  parsing: Parsing,
  step: Step,
  { runbook, early, path, around }: Included,
): void {
  const given = givenInputs(step)
  const at = (name: string): Path => [...path, 'runbook', 'inputs', name]
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(runbook.inputs, name)) continue
    const known = Object.keys(runbook.inputs)
    const near = closest(name, known)
    const message = `${runbook.path} has no input "${name}"`
    const hint = near ? `did you mean ${near}?` : `its inputs: ${known.join(', ') || 'none'}`
    addAt(parsing, at(name), { code: 'INPUT', message, hint, of: 'key' })
  }
  for (const [name, value] of Object.entries(given)) {
    const read =
      value instanceof Template ? undefined : readGiven(runbook, { [name]: value }, [name])
    if (read?.ok === false) addAt(parsing, at(name), { code: 'INPUT', message: read.message })
  }
  for (const [name, spec] of Object.entries(runbook.inputs)) {
    if (!spec.required || Object.hasOwn(given, name)) continue
    const message = `${runbook.path} needs the input ${name}`
    const hint = `add it to \`inputs:\`, ${spec.enum ? `one of ${spec.enum.map(String).join(', ')}` : `a ${spec.type}`}`
    addAt(parsing, [...path, 'runbook'], { code: 'INPUT', message, hint, of: 'key' })
  }
  for (const [name, place] of early) {
    const value = given[name]
    if (value instanceof Template)
      checkEarly(parsing, value, { name, place, path: at(name), around })
  }
}

/** Guards hold, and secrets are resolved, before step 1: what they use cannot come from a step. */
function checkEarly(
  parsing: Parsing,
  { source }: Template,
  at: { name: string; place: Place; path: Path; around: Around },
): void {
  const { file, line, column } = at.place
  for (const [root, name] of mentionedIn(source)) {
    const isLate = root === 'steps' || at.around.inside?.items.includes(root) === true
    if (root === 'inputs' && name !== undefined) parsing.early.set(name, at.place)
    if (!isLate) continue
    const message = `${at.name} is needed before the first step (${file}:${line}:${column}), and is not known then`
    const hint = 'give a value that follows from the inputs alone'
    addAt(parsing, at.path, { code: 'STEP_ORDER', message, hint })
  }
}

function mentionedIn(source: string): [root: string, name: string | undefined][] {
  const read = partsOf(source)
  if (!read.ok) return []
  return read.parts.flatMap((part) => {
    const found = part.is === 'text' ? undefined : mentions(part.source)
    if (found?.ok !== true) return []
    return found.mentions.map(({ path }): [string, string | undefined] => [path[0] ?? '', path[1]])
  })
}

export type ReadGiven = { ok: true; inputs: Record<string, Value> } | { ok: false; message: string }

/** As if given by -i: null is not given. `only` some of them, where others are not known. */
export function readGiven(
  { inputs: specs }: Pick<Runbook, 'inputs'>,
  given: Readonly<Record<string, Value>>,
  only: readonly string[] = Object.keys(specs),
): ReadGiven {
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) {
    if (value === null || !only.includes(name)) continue
    if (typeof value === 'object') {
      return { ok: false, message: `input ${name}: a list or a map is no input` }
    }
    texts[name] = String(value)
  }
  const asked = Object.fromEntries(Object.entries(specs).filter(([name]) => only.includes(name)))
  const known = Object.fromEntries(
    Object.entries(texts).filter(([name]) => Object.hasOwn(asked, name)),
  )
  const read = readInputs(asked, known)
  return read.ok ? read : { ok: false, message: read.problems.join('; ') }
}
