/**
 * Messages that could not be delivered, one file each in the state folder, until they are. Where a
 * message goes is kept masked: a secret stands there by its name, and is put in again when the
 * message is tried. What could not be kept so is not kept.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import type { Files } from '../../../ports/files.ts'
import type { Message } from './message.ts'

const MAX_KEPT = 100
const MAX_BYTES = 1_048_576

const schema = z.strictObject({
  id: z.string(),
  step: z.string(),
  run: z.string(),
  /** Milliseconds since the epoch. */
  since_ms: z.number(),
  not_before_ms: z.number(),
  tries: z.int(),
  why: z.string(),
  message: z.strictObject({
    service: z.enum(['webhook', 'slack', 'pagerduty']),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    key: z.string().optional(),
    payload: z.json(),
  }),
})
export type Kept = z.output<typeof schema>

/** undefined: there is no such secret now. */
export type SecretOf = (name: string) => string | undefined

/** One incident of one clone: ids may be the same in two of them. */
export type Queue = { files: Files; incident: string; root: string }

function names({ incident, root }: Queue): [string, string] {
  const clone = createHash('sha256').update(root).digest('hex').slice(0, 8)
  return ['notices', `${incident}-${clone}`]
}

/** False: there are too many already. */
export async function keep(queue: Queue, kept: Kept): Promise<boolean> {
  const folder = await queue.files.stateFolder(...names(queue))
  const there = await queue.files.list(folder, MAX_KEPT * 2)
  const name = `${kept.id}.json`
  if (there.length >= MAX_KEPT && !there.includes(name)) return false
  await queue.files.writePrivate(join(folder, name), `${JSON.stringify(kept)}\n`)
  return true
}

/** The oldest first. What cannot be read is left alone. */
export async function allKept(queue: Queue): Promise<Kept[]> {
  const folder = await queue.files.stateFolderIfAny(...names(queue))
  if (folder === undefined) return []
  const kept: Kept[] = []
  for (const name of await queue.files.list(folder, MAX_KEPT * 2)) {
    if (!name.endsWith('.json')) continue
    const read = await queue.files.readRegular(join(folder, name), MAX_BYTES)
    const parsed = read.is === 'read' ? parse(read.text) : undefined
    if (parsed !== undefined) kept.push(parsed)
  }
  return kept.sort((a, b) => a.since_ms - b.since_ms)
}

function parse(text: string): Kept | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

export async function forget(queue: Queue, { id }: Kept): Promise<void> {
  const folder = await queue.files.stateFolder(...names(queue))
  await queue.files.removeFile(join(folder, `${id}.json`))
}

/** Where it goes, with secrets by their names. */
export function hide(message: Message, mask: (text: string) => string): Message {
  const headers = Object.entries(message.headers).map(([name, value]) => [name, mask(value)])
  return {
    ...message,
    url: mask(message.url),
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...(message.key === undefined ? {} : { key: mask(message.key) }),
  }
}

/** undefined: a secret is not there, or was learned from a step and is not declared. */
export function reveal(message: Message, secretOf: SecretOf): Message | undefined {
  let isWhole = true
  const show = (text: string): string =>
    text.replace(/\[masked:([^\]]+)\]/g, (marker, name: string) => {
      const value = secretOf(name)
      if (value === undefined) isWhole = false
      return value ?? marker
    })
  const headers = Object.entries(message.headers).map(([name, value]) => [name, show(value)])
  const shown = {
    ...message,
    url: show(message.url),
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...(message.key === undefined ? {} : { key: show(message.key) }),
  }
  return isWhole ? shown : undefined
}
