/**
 * The words of this incident that no outsider should read: who was there, and what is called how in
 * the log, the runbooks, the head of the report and hotwash.yaml.
 */
import { domainToASCII, domainToUnicode } from 'node:url'
import type { IncidentEvent } from '../../incident/event.ts'
import type { IncidentState } from '../../incident/state.ts'
import { foldTerm } from './folded-text.ts'
import type { FrontMatter } from '../front-matter/schema.ts'
import type { LeakKind } from './leak-patterns.ts'
import { wordsOfEvent } from './log-words.ts'
import { clearNames } from './names-in-text.ts'

/** Folded terms, each with what it is. */
export type Vocabulary = ReadonlyMap<string, LeakKind>

export type VocabularySource = {
  events: readonly IncidentEvent[]
  state: IncidentState
  head: FrontMatter | undefined
  /** Names and addresses of people who are in no log, e.g. the teams of hotwash.yaml. */
  people?: readonly string[]
  /** Databases, urls, branches: whatever is known to be internal. */
  names?: readonly string[]
  /** Runbooks and evidence: only what clearly is a name is taken from them. */
  texts?: readonly string[]
}

/** What everybody has, and says. */
const COMMON = new Set(
  'true false null none yes no on off ok all any prod production live app api web site main master test data user users login admin default public service services server system team ops root latest stable version the and for with status error errors time http https json utf-8 sev1 sev2 sev3 sev4 sev5 done open closed'.split(
    ' ',
  ),
)

const SHORTEST = 3

export const vocabularyOf = (source: VocabularySource): Vocabulary => {
  const { events, state, head } = source
  const terms = new Map<string, LeakKind>()
  const add = (kind: LeakKind, ...values: readonly (string | undefined | null)[]): void => {
    for (const value of values.flatMap(spellings)) {
      const term = foldTerm(value)
      if (isTelling(term) && !terms.has(term)) terms.set(term, kind)
    }
  }
  for (const { actor } of events) {
    addPerson(add, actor.name)
    addPerson(add, actor.email)
    add('host', actor.host)
  }
  for (const who of [...peopleOf(head), ...(source.people ?? [])]) addPerson(add, who)
  add('incident', state.id, `incident/${state.id}`)
  for (const run of state.runs) {
    add('runbook', run.runbook.path, isCompound(run.runbook.name) ? run.runbook.name : undefined)
    for (const { id } of run.steps.values()) if (isCompound(id)) add('step', id)
  }
  add('environment', head?.environment)
  for (const { tracker } of head?.actions ?? []) add('ticket', tracker)
  for (const [kind, word] of events.flatMap(wordsOfEvent)) add(kind, word)
  for (const text of [...(source.texts ?? []), ...(source.names ?? [])])
    for (const [kind, word] of clearNames(text)) add(kind, word)
  add('internal name', ...(source.names ?? []))
  return terms
}

/** A name of a host in letters, and as the network has it. */
const spellings = (value: string | undefined | null): string[] => {
  if (value === undefined || value === null) return []
  if (/[^\0-\x7f]/.test(value)) return [value, domainToASCII(value)]
  return value.includes('xn--') ? [value, domainToUnicode(value)] : [value]
}

type Add = (kind: LeakKind, ...values: readonly (string | undefined | null)[]) => void

/** A number says something from five digits on: an order, a user, a process. */
const isTelling = (term: string): boolean => {
  if (COMMON.has(term)) return false
  const letters = term.replace(/[\d.,:\s-]/g, '').length
  return letters === 0 ? term.replace(/\D/g, '').length >= 5 : term.length >= SHORTEST
}

/** `restart` is a word, `restart-pods` a name, `Login answers 500` a sentence. */
const isCompound = (name: string): boolean => /[\d._/-]/.test(name) && !/\s/.test(name)

const peopleOf = (head: FrontMatter | undefined): string[] => [
  ...Object.values(head?.roles ?? {}),
  ...(head?.actions ?? []).flatMap(({ owner }) => (typeof owner === 'string' ? [owner] : [])),
]

/** A name and its parts, an address and what stands before its @. */
const addPerson = (add: Add, who: string): void => {
  if (who.includes('@')) {
    const [local = ''] = who.split('@')
    add('e-mail', who)
    add('handle', local, ...local.split(/[._+-]+/))
    return
  }
  const parts = who.split(/[\s,()]+/).filter((part) => /\p{L}{2}/u.test(part))
  add('person', who, ...parts.filter((part) => !NO_NAME.has(part.toLowerCase())))
}

/** In names of teams, which own actions, too. */
const NO_NAME = new Set(
  'team group guild squad lead leads ops oncall on-call sre support engineering engineers platform identity security data infra infrastructure backend frontend product the and von van der den for'.split(
    ' ',
  ),
)
