/** Which incidents are counted: by when they were declared, how bad they were, and what they hit. */
import type { Summary } from './summary.ts'

export type Selection = {
  /** RFC 3339: declared at or after. */
  since: string | undefined
  /** Declared before. */
  until: string | undefined
  severities: readonly string[] | undefined
  /** As reports name it; in any case of its letters. */
  service: string | undefined
}

export function selected(incidents: readonly Summary[], selection: Selection): Summary[] {
  const { since = '', until, severities } = selection
  const service = selection.service?.toLowerCase()
  return incidents.filter(
    (incident) =>
      incident.declaredAt >= since &&
      (until === undefined || incident.declaredAt < until) &&
      (severities === undefined || severities.includes(incident.severity)) &&
      (service === undefined || incident.services.some((name) => name.toLowerCase() === service)),
  )
}
