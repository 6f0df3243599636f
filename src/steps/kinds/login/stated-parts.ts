/** The flow as it counts now: parts whose condition does not hold are as if they were not stated. */
import type { StepContext } from '../../kind.ts'
import type { Flow, Part } from './params.ts'

export type StatedParts = { ok: true; flow: Flow; off: ReadonlySet<Part> }

export function statedParts(
  flow: Flow,
  context: StepContext,
): StatedParts | { ok: false; message: string } {
  const off = new Set<Part>()
  for (const [part, cel] of Object.entries(flow.when ?? {})) {
    const held = context.evaluate(cel, {})
    if (!held.ok) return { ok: false, message: `when.${part}: ${held.message}` }
    if (typeof held.value !== 'boolean') {
      return { ok: false, message: `when.${part}: "${cel.source}" is not true or false` }
    }
    if (!held.value) off.add(part as Part)
  }
  // What would be prepared keeps its names: requests that mention it get null.
  const left = Object.entries(flow).filter(([key]) => key === 'prepare' || !off.has(key as Part))
  return { ok: true, flow: Object.fromEntries(left) as Flow, off }
}
