/** A runbook in words: what it asks for, and what each step does and can be undone by. */
import { ownName } from '../../incident/step-title.ts'
import { EFFECT_WORDS } from '../../runbook/effect-words.ts'
import type {
  Effect,
  InputSpec,
  Runbook,
  SecretSource,
  Step,
  Within,
} from '../../runbook/runbook.ts'
import { loadRunbook } from './find-runbook.ts'
import type { RunbookWorld } from './runbook-file.ts'

type ShownStep = {
  id: string
  kind: string
  name: string
  effect: Effect
  when: string | null
  /** Kind of what undoes it. */
  undo: string | null
  check: boolean
  verify: boolean
  observe: boolean
  always: boolean
  within: Within | null
}

export type ShownRunbook = {
  path: string
  sha256: string
  name: string
  description: string | null
  owner: string | null
  severity: string | null
  lock: string | null
  inputs: Record<string, InputSpec>
  /** Where each comes from, in words; never a value. */
  secrets: Record<string, string>
  databases: string[]
  steps: ShownStep[]
}

export async function showRunbook(
  world: RunbookWorld,
  nameOrPath: string,
): Promise<{ shown: ShownRunbook; warnings: string[] }> {
  const { runbook, warnings } = await loadRunbook(world, nameOrPath)
  return {
    shown: shownOf(runbook),
    warnings: warnings.map(({ place, message }) => `${place.file}:${place.line}: ${message}`),
  }
}

const sourceOf = (value: string | { source: string }): string =>
  typeof value === 'string' ? value : value.source

function secretWords(source: SecretSource): string {
  if ('env' in source) return `environment variable ${source.env}`
  if ('file' in source) return `file ${sourceOf(source.file)}`
  if ('env_file' in source) return `${sourceOf(source.key)} in ${sourceOf(source.env_file)}`
  return `command ${source.command.map(sourceOf).join(' ')}`
}

const shownOf = (runbook: Runbook): ShownRunbook => ({
  path: runbook.path,
  sha256: runbook.sha256,
  name: runbook.name,
  description: runbook.description ?? null,
  owner: runbook.owner ?? null,
  severity: runbook.severity ?? null,
  lock: runbook.lock === undefined ? null : sourceOf(runbook.lock),
  inputs: runbook.inputs,
  secrets: Object.fromEntries(
    Object.entries(runbook.secrets).map(([name, { source }]) => [name, secretWords(source)]),
  ),
  databases: Object.keys(runbook.databases),
  steps: [...runbook.steps, ...runbook.always].map(shownStep),
})

const shownStep = (step: Step): ShownStep => ({
  id: step.id,
  kind: step.body.kind,
  name: step.name,
  effect: step.effect,
  when: step.when?.source ?? null,
  undo: step.rollback?.kind ?? null,
  check: step.check !== undefined,
  verify: step.body.verify !== undefined,
  observe: step.observe,
  always: step.always,
  within: step.within ?? null,
})

export function runbookText(shown: ShownRunbook): string {
  const { severity, owner } = shown
  return [
    shown.name,
    `${shown.path} (${[severity, owner ?? 'no owner'].filter(Boolean).join(', ')})`,
    ...(shown.description === null ? [] : ['', shown.description.trim()]),
    ...section('Inputs', Object.entries(shown.inputs).map(inputLine)),
    ...section(
      'Secrets',
      Object.entries(shown.secrets).map(([name, from]) => `${name}: ${from}`),
    ),
    ...section('Steps', stepLines(shown.steps)),
  ].join('\n')
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]

function inputLine([name, spec]: [string, InputSpec]): string {
  const facts = [
    spec.type,
    ...(spec.enum ? [`one of ${spec.enum.map(String).join(', ')}`] : []),
    ...(spec.default === undefined ? [] : [`default ${JSON.stringify(spec.default)}`]),
    ...(spec.required ? ['required'] : []),
  ]
  return `${name}: ${facts.join(', ')}${spec.description ? ` (${spec.description})` : ''}`
}

const withinWords = ({ group, decide, option }: Within): string =>
  group === undefined ? `if ${decide} is ${option}` : `in ${group}`

/** Members of a group stand below it, and further in. */
function stepLines(steps: readonly ShownStep[]): string[] {
  const depths = new Map<string, number>()
  return steps.flatMap((step, index) => {
    const outer = step.within?.group ?? step.within?.decide
    const depth = outer === undefined ? 0 : (depths.get(outer) ?? 0) + 1
    depths.set(step.id, depth)
    return linesOf(step, index).map((line) => '  '.repeat(depth) + line)
  })
}

function linesOf(step: ShownStep, index: number): string[] {
  const facts = [
    step.kind,
    EFFECT_WORDS[step.effect],
    ...(step.undo === null ? [] : [`undone by ${step.undo}`]),
    ...(step.check ? ['checked first'] : []),
    ...(step.verify ? ['verified'] : []),
    ...(step.observe ? ['observes'] : []),
    ...(step.within ? [withinWords(step.within)] : []),
    ...(step.always ? ['always'] : []),
  ]
  const name = ownName(step)
  const title = name === undefined ? step.id : `${step.id}: ${name}`
  return [
    `${index + 1}. ${title}`,
    `   ${facts.join(', ')}`,
    ...(step.when === null ? [] : [`   when ${step.when}`]),
  ]
}
