/** Which steps use a secret that cannot be masked reliably: what they print is not kept. */
import { Cel, Template } from '../../runbook/deferred.ts'
import type { Body, Runbook, Step } from '../../runbook/runbook.ts'
import { includedIn } from './around.ts'
import type { LiveRun } from '../live-run.ts'
import type { Ready } from './render-body.ts'

/** A secret of an included runbook is called by the step that includes it, then by its name there. */
export const secretName = (source: string, name: string): string =>
  source === '' ? name : `${source}.${name}`

/** Weak secrets that this body uses. */
export function weakSecretsOf(
  live: LiveRun,
  { ready, step }: { ready: Ready; step: Step },
): string[] {
  const source = step.origin?.source ?? ''
  const runbook = source === '' ? live.runbook : includedIn(live.runbook, source)
  const weak = new Set(live.redactor.weak())
  const names = Object.keys(runbook.secrets).filter((name) => weak.has(secretName(source, name)))
  return secretsUsed(ready.body, runbook, names)
}

/** The names, of those given, that this body or a database it works on mentions. */
export function secretsUsed(
  body: Body | undefined,
  runbook: Runbook,
  names: readonly string[],
): string[] {
  if (body === undefined || names.length === 0) return []
  const sources = sourcesOf(body)
  for (const name of databasesOf(body)) {
    const url = runbook.databases[name]?.url
    if (url !== undefined) sources.push(...sourcesOf(url))
  }
  return names.filter((name) => sources.some((source) => mentions(source, name)))
}

const mentions = (source: string, name: string): boolean =>
  new RegExp(`\\bsecrets\\s*(\\.\\s*${name}\\b|\\[\\s*["']${name}["'])`).test(source)

/** Source texts of all that is still to be rendered or evaluated in a tree. */
export function sourcesOf(node: unknown): string[] {
  if (node instanceof Template || node instanceof Cel) return [node.source]
  if (node === null || typeof node !== 'object') return []
  return Object.values(node).flatMap(sourcesOf)
}

function databasesOf(node: unknown): string[] {
  if (node === null || typeof node !== 'object') return []
  const named = node as { database?: unknown; like?: unknown }
  // What is `like` a step, and not a database, is found under no name.
  const own = [named.database, named.like].filter((name) => typeof name === 'string')
  return [...own, ...Object.values(node).flatMap(databasesOf)]
}
