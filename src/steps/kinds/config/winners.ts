/** Which definition of each key counts, and what tells it from the others without showing it. */
import { fingerprintOf } from '../../fingerprint.ts'
import type { StepContext } from '../../kind.ts'
import { connectionOf, placeOf, type Connection } from './connection.ts'
import type { Source } from './sources.ts'

export type Look = {
  /** Keyed per incident: equal values have equal ones, and nothing can be guessed from it. */
  fingerprint(value: string): string
  connection(value: string): Connection | undefined
  /** How a value is spoken of: its host and database, or its fingerprint. */
  describe(value: string): string
}

export function createLook(context: StepContext): Look {
  const fingerprints = new Map<string, string>()
  const connections = new Map<string, Connection | undefined>()
  const fingerprint = (value: string): string => {
    const known = fingerprints.get(value)
    if (known !== undefined) return known
    const made = value === '' ? 'empty' : fingerprintOf(context, value)
    fingerprints.set(value, made)
    return made
  }
  const connection = (value: string): Connection | undefined => {
    if (!/[/:=]/.test(value)) return undefined
    if (!connections.has(value)) connections.set(value, connectionOf(value))
    return connections.get(value)
  }
  const describe = (value: string): string => {
    const known = connection(value)
    if (known === undefined || placeOf(known) === '') return fingerprint(value)
    return `${placeOf(known)} (${fingerprint(value)})`
  }
  return { fingerprint, connection, describe }
}

export type Definition = { source: Source; value: string }

/** By key, the definition that counts first. */
export function definitionsOf(layers: readonly Source[]): Map<string, Definition[]> {
  const all = new Map<string, Definition[]>()
  for (const source of layers) {
    for (const [key, value] of source.values) {
      const known = all.get(key)
      if (known === undefined) all.set(key, [{ source, value }])
      else known.push({ source, value })
    }
  }
  return all
}
