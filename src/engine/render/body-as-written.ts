/** What a body would do, where it cannot be rendered yet: its parameters as they are written. */
import { Cel, Template } from '../../runbook/deferred.ts'
import { isBody } from '../../runbook/expressions/interpolate.ts'
import type { Body } from '../../runbook/runbook.ts'

export function bodyAsWritten({ kind, params }: Body): string {
  const written = asWritten(params)
  return `${kind} ${typeof written === 'string' ? written : JSON.stringify(written)}`
}

function asWritten(node: unknown): unknown {
  if (node instanceof Template || node instanceof Cel) return node.source
  if (node instanceof RegExp) return String(node)
  if (Array.isArray(node)) return node.map(asWritten)
  if (node === null || typeof node !== 'object') return node
  if (isBody(node)) return bodyAsWritten(node)
  return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, asWritten(item)]))
}
