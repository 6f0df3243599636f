/** Where people left the runbook's path, or had to: from the log, each with its reason. */
import type { EventType, IncidentEvent } from '../../incident/event.ts'
import { shellQuoted } from '../../incident/shell-quoted.ts'
import { code, say, NOTHING, text, type Markdown } from './markdown.ts'
import type { Material } from './material.ts'

export type Deviation = { what: Markdown; says: Markdown; cites: Markdown }

export const deviations = (material: {
  events: Material['events']
  citations: Pick<Material['citations'], 'cite'>
}): Deviation[] => {
  const digests = new Map<string, string>()
  const plan: Plan = { retried: new Set(), always: new Set(), manual: new Set() }
  return material.events.flatMap((event) => {
    if (isPlanned(event, plan)) return []
    const changed = runbookChanged(event, digests)
    const found = changed ?? deviation(event)
    return found === undefined ? [] : [{ ...found, cites: material.citations.cite(event) }]
  })
}

/** `retried`: steps whose attempt failed and that the runbook's `retry` tries again. */
type Plan = { retried: Set<string>; always: Set<string>; manual: Set<string> }

/** What the runbook itself asks for: a `retry`, `always` after a rollback, a `manual` step's hand. */
const isPlanned = (event: IncidentEvent, { retried, always, manual }: Plan): boolean => {
  if (event.type === 'run.started' || event.type === 'run.resumed') {
    for (const one of event.data.steps ?? []) {
      if (one.always) always.add(one.id)
      if (one.kind === 'manual') manual.add(one.id)
    }
  }
  const id = event.step ?? ''
  if (event.type === 'step.finished' && event.data.retry_in_ms !== undefined) retried.add(id)
  if (event.type === 'step.finished') return manual.has(id)
  return event.type === 'step.started' && (retried.delete(id) || always.has(id))
}

type Found = { what: Markdown; says: Markdown }

/** A run that goes on with another text than the one it began with. */
const runbookChanged = (event: IncidentEvent, digests: Map<string, string>): Found | undefined => {
  if (event.type !== 'run.started' && event.type !== 'run.resumed') return undefined
  const run = event.run ?? ''
  const { sha256, path } = event.data.runbook
  const was = digests.get(run)
  digests.set(run, sha256)
  if (was === undefined || was === sha256) return undefined
  const says = say`${code(path)} was edited during the run: from ${code(was.slice(0, 12))} to ${code(sha256.slice(0, 12))}`
  return {
    what: say`Runbook changed`,
    says,
  }
}

const reason = (value: string | undefined): Markdown =>
  value === undefined || value.trim() === '' ? NOTHING : say`: ${text(value)}`

const who = (event: IncidentEvent): Markdown => text(event.actor.name || event.actor.email)

const step = (event: IncidentEvent): Markdown => code(event.step ?? '?')

type Finders = { [T in EventType]?: (event: IncidentEvent & { type: T }) => Found | undefined }

const FINDERS: Finders = {
  'run.started': (event) => {
    const { from, until } = event.data
    if (from === undefined && until === undefined) return undefined
    const start = from === undefined ? NOTHING : say` from ${code(from)}`
    const end = until === undefined ? NOTHING : say` until ${code(until)}`
    return {
      what: say`Only a part was run`,
      says: say`${who(event)} ran the steps${start}${end} only`,
    }
  },
  'step.started': (event) =>
    (event.attempt ?? 1) > 1
      ? {
          what: say`Repeated`,
          says: say`${step(event)}, attempt ${event.attempt ?? 1}`,
        }
      : undefined,
  'step.skipped': (event) =>
    event.data.by === 'operator'
      ? {
          what: say`Skipped`,
          says: say`${step(event)} by ${who(event)}${reason(event.data.reason)}`,
        }
      : undefined,
  'step.finished': (event) =>
    event.data.by === 'hand'
      ? {
          what: say`Done by hand`,
          says: say`${step(event)} by ${who(event)}${reason(event.data.reason)}`,
        }
      : undefined,
  'undo.finished': (event) => {
    if (event.data.skipped !== undefined)
      return {
        what: say`Undo skipped`,
        says: say`undo of ${step(event)} by ${who(event)}${reason(event.data.skipped)}`,
      }
    return event.data.by === 'hand'
      ? {
          what: say`Undone by hand`,
          says: say`${step(event)} by ${who(event)}${reason(event.data.reason)}`,
        }
      : undefined
  },
  'step.settled': (event) => {
    if (event.data.how !== 'hand') return undefined
    const about = event.data.undo === true ? say`undo of ${step(event)}` : step(event)
    const as = event.data.as === 'done' ? say`done` : say`not done`
    const says = say`${about} was unknown; ${who(event)} settled it as ${as}${reason(event.data.evidence)}`
    return {
      what: say`Settled by a person`,
      says,
    }
  },
  'gate.answered': (event) =>
    event.data.answer.break_glass === true
      ? {
          what: say`**Break-glass**`,
          says: say`${step(event)} was approved by ${who(event)} without a second person${reason(event.data.answer.reason)}`,
        }
      : undefined,
  'command.recorded': (event) => ({
    what: say`Improvised command`,
    says: say`${who(event)} ran ${code(shellQuoted(event.data.argv))}, ${ended(event.data)}`,
  }),
  'input.changed': (event) => ({
    what: say`Input changed`,
    says: say`${code(event.data.name)} from ${code(json(event.data.was))} to ${code(json(event.data.value))} by ${who(event)}`,
  }),
  'log.recovered': (event) => ({
    what: say`Log recovered`,
    says: say`an unfinished last line of ${code(event.data.log)} (${event.data.quarantined_bytes} bytes) was set aside in ${code(event.data.file)}`,
  }),
}

const json = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const ended = (data: { exit_code?: number | undefined; signal?: string | undefined }): Markdown => {
  if (data.signal !== undefined) return say`ended by ${text(data.signal)}`
  return data.exit_code === undefined ? say`exit code not known` : say`exit code ${data.exit_code}`
}

const deviation = (event: IncidentEvent): Found | undefined =>
  (FINDERS[event.type] as ((event: IncidentEvent) => Found | undefined) | undefined)?.(event)

/** Which deviations are told in one line of the summary: how many of each. */
export const deviationCount = (found: readonly Deviation[]): Markdown =>
  found.length === 0 ? say`none recorded` : say`${found.length}, listed below`
