/**
 * The log as CloudEvents 1.0, one for each event, in the JSON batch format
 * (application/cloudevents-batch+json): for a bus, a data lake, another tool. The log is masked
 * already. Pure.
 */
import type { IncidentEvent } from '../incident/event.ts'
import { marksOf } from '../incident/marks.ts'
import { sha256 } from '../runbook/digest.ts'

/** Names of extensions are small letters and digits, their values strings or integers. */
export type CloudEvent = {
  specversion: '1.0'
  /** The same event has the same id in each export. */
  id: string
  source: string
  type: string
  time: string
  subject: string
  datacontenttype: 'application/json'
  incident: string
  /** How reports cite it: `e12`. */
  mark: string
  /** Of this writer; `clock` counts over all of them. */
  sequence: string
  clock: number
  actor: string
  tool: string
  run?: string
  step?: string
  attempt?: number
  data: unknown
}

const TYPE = 'hotwash'

export const cloudEvents = (events: readonly IncidentEvent[]): CloudEvent[] => {
  const marks = marksOf(events)
  return events.map((event) => ({
    specversion: '1.0',
    id: sha256(JSON.stringify(event)),
    source: `urn:hotwash:incident:${encodeURIComponent(event.incident)}`,
    type: `${TYPE}.${event.type}`,
    time: event.at,
    subject: event.step ?? event.run ?? event.incident,
    datacontenttype: 'application/json',
    incident: event.incident,
    mark: marks.get(event) ?? `e${event.clock}`,
    sequence: String(event.seq),
    clock: event.clock,
    actor: event.actor.name || event.actor.email,
    tool: event.tool,
    ...(event.run === undefined ? {} : { run: event.run }),
    ...(event.step === undefined ? {} : { step: event.step }),
    ...(event.attempt === undefined ? {} : { attempt: event.attempt }),
    data: event.data,
  }))
}
