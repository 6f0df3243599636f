/**
 * Alembic's revisions form a graph, and the version table holds only its heads: what is applied
 * follows from the files, each of which names what comes before it.
 */
export type Revision = { id: string; before: readonly string[] }

const ID = /^revision\s*(?::[^=\n]+)?=\s*(?:str\()?["']([^"'\n]+)["']/m
/** To the end of the line, or of a tuple that has several. */
const BEFORE = /^(?:down_revision|depends_on)\s*(?::[^=\n]+)?=\s*(\([^)]*\)|\[[^\]]*\]|[^\n]*)/gm
const QUOTED = /["']([^"'\n]+)["']/g

export function alembicRevision(python: string): Revision | undefined {
  const id = ID.exec(python)?.[1]
  if (id === undefined) return undefined
  const before = [...python.matchAll(BEFORE)].flatMap(([, value = '']) =>
    [...value.replace(/#.*$/gm, '').matchAll(QUOTED)].map(([, name = '']) => name),
  )
  return { id, before }
}

/** The heads and all that comes before them. */
export function appliedBy(heads: readonly string[], revisions: readonly Revision[]): Set<string> {
  const known = new Map(revisions.map((revision) => [revision.id, revision.before]))
  const applied = new Set<string>()
  const waiting = [...heads]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (applied.has(id)) continue
    applied.add(id)
    waiting.push(...(known.get(id) ?? []))
  }
  return applied
}
