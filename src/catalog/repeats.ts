/** What happened more than once: the same runbook was needed, the same was found, the same was said. */
import { supports } from '../incident/finding.ts'
import type { Summary } from './summary.ts'
import { addTo } from './times.ts'
import { wordsOf } from './words.ts'

export type Repeat = { what: string; count: number; incidents: string[] }

export type Repeats = {
  runbooks: Repeat[]
  /** Claims that a finding supports; a rejected one is none. */
  findings: Repeat[]
  categories: Repeat[]
  /** Titles of the same words, whatever their order and endings. */
  titles: Repeat[]
}

export function repeatsOf(incidents: readonly Summary[]): Repeats {
  const runbooks = new Map<string, string[]>()
  const findings = new Map<string, string[]>()
  const categories = new Map<string, string[]>()
  const titles = new Map<string, string[]>()
  const titleOf = new Map<string, string>()
  for (const { id, title, runs, findings: found } of incidents) {
    const forReal = runs.filter(({ rehearsal }) => !rehearsal)
    const supported = found.filter(({ confidence }) => supports(confidence))
    for (const path of new Set(forReal.map((run) => run.path))) addTo(runbooks, path, id)
    for (const claim of new Set(supported.flatMap(({ hypothesis }) => hypothesis ?? [])))
      addTo(findings, claim, id)
    for (const category of new Set(supported.flatMap((one) => one.category ?? [])))
      addTo(categories, category, id)
    const words = [...new Set(wordsOf(title).map(({ stem }) => stem))].sort().join(' ')
    if (words === '') continue
    if (!titleOf.has(words)) titleOf.set(words, title)
    addTo(titles, words, id)
  }
  return {
    runbooks: repeated(runbooks),
    findings: repeated(findings),
    categories: repeated(categories),
    titles: repeated(titles).map((repeat) => ({
      ...repeat,
      what: titleOf.get(repeat.what) ?? repeat.what,
    })),
  }
}

const repeated = (groups: ReadonlyMap<string, string[]>): Repeat[] =>
  [...groups]
    .filter(([, ids]) => ids.length > 1)
    .map(([what, incidents]) => ({ what, count: incidents.length, incidents }))
    .sort((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1))
