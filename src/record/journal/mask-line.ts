/** The last look at a line before it is in the chain, from which nothing can be taken back. */
import { HotwashError } from '../../errors.ts'
import type { IncidentEvent } from '../../incident/event.ts'
import type { Redactor } from '../../redact/redactor.ts'

export function maskLine(
  redactor: Redactor,
  event: IncidentEvent,
  line: string,
): { event: IncidentEvent; line: string } {
  const masked = redactor.mask(line)
  if (masked === line) return { event, line }
  const again = parse(masked)
  // A secret that spans two fields, or equals a key, cannot be cut out of the line.
  if (again === undefined || Object.keys(event).some((key) => !Object.hasOwn(again, key)))
    throw refused()
  for (const key of ['v', 'seq', 'clock', 'at', 'type', 'incident', 'prev'] as const) {
    if (again[key] !== event[key]) throw refused()
  }
  return { event: again, line: masked }
}

const refused = (): HotwashError =>
  new HotwashError('SECRET', 'an event would hold a declared secret where it cannot be masked', {
    hint: 'a secret may not be an identifier, a time or a digest; nothing was recorded',
  })

function parse(line: string): IncidentEvent | undefined {
  try {
    return JSON.parse(line) as IncidentEvent
  } catch {
    return undefined
  }
}
