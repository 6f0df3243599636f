/** The head that other tools put before a document: YAML between dashes, TOML between plusses. */
import { parseDocument } from 'yaml'

export type ForeignHead = {
  kind: 'yaml' | 'toml'
  /** Between its two marks. */
  text: string
  /** Simple values by key in small letters; of TOML only `key = "value"`. */
  values: ReadonlyMap<string, string>
  /** What follows, and the line on which it begins. */
  body: string
  bodyLine: number
}

const MOST_CHARACTERS = 20_000

export const foreignHead = (text: string): ForeignHead | undefined => {
  const mark = /^(---|\+\+\+)[ \t]*\n/.exec(text)?.[1]
  if (mark === undefined) return undefined
  const lines = text.slice(0, MOST_CHARACTERS).split('\n')
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === mark)
  if (end === -1) return undefined
  const inside = lines.slice(1, end).join('\n')
  const body = text.split('\n').slice(end + 1)
  const values = mark === '---' ? valuesOfYaml(inside) : valuesOfToml(inside)
  // A rule above a paragraph and another one below it are no head.
  if (values === undefined) return undefined
  const kind = mark === '---' ? 'yaml' : 'toml'
  return { kind, text: inside, values, body: body.join('\n'), bodyLine: end + 2 }
}

const valuesOfYaml = (text: string): Map<string, string> | undefined => {
  const document = parseDocument(text, { schema: 'failsafe', logLevel: 'silent', merge: false })
  if (document.errors.length > 0) return undefined
  const content = aliasFree(document)
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined
  return new Map(
    Object.entries(content).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key.toLowerCase(), value] as const] : [],
    ),
  )
}

/** Aliases can multiply a small text without end: they are not followed. */
const aliasFree = (document: ReturnType<typeof parseDocument>): unknown => {
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch {
    // ReferenceError: it has aliases.
    return {}
  }
}

const valuesOfToml = (text: string): Map<string, string> => {
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const match = /^\s*([A-Za-z_-]{1,40})\s*=\s*["']?([^"'\n]{0,500})["']?\s*$/.exec(line)
    if (match?.[1] !== undefined) values.set(match[1].toLowerCase(), match[2]?.trim() ?? '')
  }
  return values
}
