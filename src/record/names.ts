/** Names of incidents, of what is in their folders, and of their events. */

const SLUG_LIMIT = 40

/** Lower-case letters, digits and single hyphens; safe as a path, a branch and an argument. */
export const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_LIMIT)
    .replace(/^-|-$/g, '')

export function incidentId(date: string, title: string, n: number): string {
  const id = `${date}-${slug(title) || 'incident'}`
  return n === 1 ? id : `${id}-${n}`
}

export const isIncidentId = (id: string): boolean =>
  /^\d{4}-\d\d-\d\d-[a-z0-9][a-z0-9-]{0,60}$/.test(id)

/** A folder a year: git and people both slow down in a flat folder of thousands. */
export const recordPath = (id: string): string => `incidents/${id.slice(0, 4)}/${id}`

/** By its path below that folder; beside the record lie the report and what is made of it. */
export const isOfRecord = (path: string): boolean => /^(?:log|evidence|runbooks)\//.test(path)

export const isLog = (name: string): boolean => name.endsWith('.jsonl')

export const logPath = (writer: string): string => `log/${writer}.jsonl`

/** Whose log this is, by its path or name; '' of another file. */
export const writerOf = (path: string): string => /([^/]*)\.jsonl$/.exec(path)?.[1] ?? ''

/** An event among those of all clones: as the trailer of its commit has it. */
export const eventName = (writer: string, { seq }: { seq: number }): string => `${writer}#${seq}`
