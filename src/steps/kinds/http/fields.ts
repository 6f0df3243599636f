/**
 * A body made of names and values that inputs may give: `fields` and `format`. Where an input is
 * empty its name is empty, or its value null: such an entry is left out.
 */
import { z } from 'zod'

export const fieldScalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const map = z.record(z.string(), fieldScalar)

/** A map, or several of which later ones win; after rendering. */
export const fieldsValue = z.union([map, z.array(map).max(20)])
export type Fields = z.output<typeof fieldsValue>
export const FORMATS = ['json', 'form'] as const
export type Format = (typeof FORMATS)[number]

function merged(fields: Fields): Map<string, string | number | boolean> {
  const all = new Map<string, string | number | boolean>()
  for (const one of [fields].flat()) {
    for (const [name, item] of Object.entries(one)) {
      if (name === '' || item === null) all.delete(name)
      else all.set(name, item)
    }
  }
  return all
}

export function encodeFields(fields: Fields, format: Format): { type?: string; body?: string } {
  const all = merged(fields)
  if (all.size === 0) return {}
  if (format === 'json') {
    return { type: 'application/json', body: JSON.stringify(nested(all)) }
  }
  const form = new URLSearchParams()
  for (const [name, item] of all) form.append(name, String(item))
  return { type: 'application/x-www-form-urlencoded', body: form.toString() }
}

type Nested = { [key: string]: unknown }

/** `user[email]`, as forms write it, is `{user: {email}}` in JSON. */
function nested(all: ReadonlyMap<string, unknown>): Nested {
  const root = empty()
  for (const [name, item] of all) {
    const path = pathOf(name)
    const last = path.pop() as string
    let here = root
    for (const key of path) {
      const next = here[key]
      here = here[key] = isNested(next) ? next : empty()
    }
    here[last] = item
  }
  return root
}

/** Without a prototype: a field may be called __proto__. */
const empty = (): Nested => Object.create(null) as Nested
const isNested = (given: unknown): given is Nested => typeof given === 'object' && given !== null

const BRACKETED = /^([^[\]]+)((?:\[[^[\]]+\])+)$/

function pathOf(name: string): string[] {
  const [, first, rest] = BRACKETED.exec(name) ?? []
  if (first === undefined || rest === undefined) return [name]
  return [first, ...rest.slice(1, -1).split('][')]
}
