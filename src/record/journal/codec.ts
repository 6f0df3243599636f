/**
 * An event and its line. Decoding is light on purpose: it is on the way of every command. That every
 * field is what the schema says is `audit verify`'s business (verify/meaning.ts).
 */
import { HotwashError } from '../../errors.ts'
import type { EventDraft, EventType, IncidentEvent } from '../../incident/event.ts'
import { FORMAT } from '../../incident/format.ts'

/**
 * All types, and whether the event gets a commit of its own. The intent of a step is no result: it
 * is committed with the result.
 */
export const COMMITTED: Readonly<Record<EventType, boolean>> = {
  'incident.declared': true,
  'incident.updated': true,
  'incident.resolved': true,
  'incident.closed': true,
  'note.added': true,
  'command.recorded': true,
  'run.started': true,
  'run.paused': true,
  'run.resumed': true,
  'run.finished': true,
  'input.changed': true,
  'step.started': false,
  'step.finished': true,
  'step.skipped': true,
  'step.settled': true,
  'gate.opened': true,
  'gate.answered': true,
  'undo.started': false,
  'undo.finished': true,
  'rollback.requested': true,
  'finding.made': true,
  'postmortem.rendered': true,
  'postmortem.reviewed': true,
  'postmortem.published': true,
  'postmortem.imported': true,
  'action.checked': true,
  'action.closed': true,
  'action.synced': true,
  'log.recovered': true,
}

/** What a draft may leave out; the same as the defaults of the schemas. */
const DEFAULTS: Partial<Record<EventType, object>> = {
  'command.recorded': { evidence: [] },
  'step.finished': { evidence: [], outputs: {} },
  'undo.finished': { evidence: [] },
  'action.checked': { evidence: [] },
}

export const withDefaults = (draft: EventDraft): EventDraft['data'] => ({
  ...DEFAULTS[draft.type],
  ...draft.data,
})

/** `prev` comes last, where a verifier finds it without parsing. */
export function encodeEvent(event: IncidentEvent): string {
  const { v, seq, clock, at, mono_ms, boot, type, incident, actor, tool, data, prev } = event
  const { run, step, attempt } = event
  const fields = { v, seq, clock, at, mono_ms, boot, type, incident, run, step, attempt }
  return `${JSON.stringify({ ...fields, actor, tool, data, prev })}\n`
}

export type Decoded = { ok: true; event: IncidentEvent } | { ok: false; message: string }

/** Throws NEWER_FORMAT for a line of a later version. */
export function decodeLine(text: string): Decoded {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, message: glued(text) ?? 'is not JSON' }
  }
  if (typeof value !== 'object' || value === null) return { ok: false, message: 'is not an event' }
  const event = value as IncidentEvent
  if (typeof event.v === 'number' && event.v > FORMAT) throw newer(event.v)
  const sound =
    event.v === FORMAT &&
    Number.isSafeInteger(event.seq) &&
    Number.isSafeInteger(event.clock) &&
    typeof event.at === 'string' &&
    typeof event.data === 'object' &&
    event.data !== null &&
    typeof event.actor === 'object' &&
    Object.hasOwn(COMMITTED, event.type)
  return sound ? { ok: true, event } : { ok: false, message: 'is not an event of this format' }
}

function newer(v: number): HotwashError {
  return new HotwashError(
    'NEWER_FORMAT',
    `the record has format ${v}; this hotwash reads and writes format ${FORMAT}`,
    { hint: 'upgrade hotwash; nothing was written' },
  )
}

/** A line that was cut off, with the next event right behind it. */
function glued(text: string): string | undefined {
  const second = text.lastIndexOf(`{"v":`)
  if (second <= 0) return undefined
  const torn = `${text.slice(0, 60)}… (${second} characters)`
  return `is two events glued together: the torn one ${torn} and ${text.slice(second, second + 60)}…`
}
