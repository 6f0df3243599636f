/** A runbook in words: what it asks for, and what each step does and can be undone by. */
import type { InputSpec, Runbook, SecretSource, Step, Within } from '../runbook/runbook.ts'
import { loadRunbook } from './find-runbook.ts'
import type { RunbookWorld } from './runbook-file.ts'

type ShownStep = {
  id: string
  kind: string
  name: string
  effect: string
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

const EFFECTS: Readonly<Record<string, string>> = {
  read: 'reads',
  change: 'CHANGES',
  destroy: 'DESTROYS',
}

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
    ...section('Steps', shown.steps.flatMap(stepLines)),
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

function stepLines(step: ShownStep, index: number): string[] {
  const facts = [
    step.kind,
    EFFECTS[step.effect] ?? step.effect,
    ...(step.undo === null ? [] : [`undone by ${step.undo}`]),
    ...(step.check ? ['checked first'] : []),
    ...(step.verify ? ['verified'] : []),
    ...(step.observe ? ['observes'] : []),
    ...(step.within ? [withinWords(step.within)] : []),
    ...(step.always ? ['always'] : []),
  ]
  const title = step.name === step.id ? step.id : `${step.id}: ${step.name}`
  return [
    `${index + 1}. ${title}`,
    `   ${facts.join(', ')}`,
    ...(step.when === null ? [] : [`   when ${step.when}`]),
  ]
}
