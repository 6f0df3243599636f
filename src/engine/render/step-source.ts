/**
 * By which a step and its rollback are known again, as written and not as rendered: a drill has other
 * inputs than an outage, and must count for it all the same. In it is all that decides what is done and
 * undone (id, body, rollback, check); a name, a description or a place in the file is not, so that
 * moving a step or renaming the runbook asks for no new drill. Rounds of a `foreach` are one step.
 */
import { sha256 } from '../../runbook/digest.ts'
import { Template } from '../../runbook/deferred.ts'
import { isBody } from '../../runbook/expressions/interpolate.ts'
import type { Step } from '../../runbook/runbook.ts'

export function stepSource({ id, body, check, rollback }: Step): string {
  const parts = [body, check, rollback].map((one) => (one === undefined ? null : plain(one)))
  return sha256(JSON.stringify([id.replace(/\.\d+/g, ''), ...parts]))
}

function plain(node: unknown): unknown {
  if (node instanceof Template) return { template: node.source }
  if (node instanceof RegExp) return { pattern: String(node) }
  if (Array.isArray(node)) return node.map(plain)
  if (node === null || typeof node !== 'object') return node
  const entries = Object.entries(node).map(([key, item]) => [key, plain(item)] as const)
  return Object.fromEntries(isBody(node) ? entries.filter(([key]) => key !== 'place') : entries)
}
