/** Rendering of `${{ }}`: a tree of parameters in, the same tree with values in place of Templates out. */
import { evaluateExpression, mentions } from './expression.ts'
import { BodySource, Cel, Template, type CelType, type Names } from '../deferred.ts'
import type { Rendered } from '../fields.ts'
import { globalNames } from './names.ts'
import type { Value } from '../../incident/value.ts'
import type { Body, Runbook } from '../runbook.ts'
import type { Scope } from './scope.ts'
import { partsOf, wholeExpression, type Part } from './template-parts.ts'

export type RenderOptions = {
  scope: Scope
  runbook: Runbook
  /** The kind's own names, e.g. the actor whose login is being checked. */
  locals?: Record<string, unknown>
  /** Names that are not known yet: a Template that mentions one is left as it is. */
  later?: readonly string[]
}

class Unrendered extends Error {}

/** Text fields take any scalar, printed plainly; every other field takes the value itself. */
const isText = (template: Template): boolean => template.plain.type === 'string'

function printed(value: Value, expression: string): string {
  if (value === null) throw new Unrendered(`"${expression}" is null, where text is needed`)
  if (typeof value === 'object') return JSON.stringify(value)
  return String(value)
}

/** Rendering of one text; used for every Template of a tree. */
function createRenderer({ scope, runbook, locals = {}, later = [] }: RenderOptions) {
  const localNames: Record<string, CelType> = {}
  for (const name of Object.keys(locals)) localNames[name] = 'dyn'
  const hasLocals = Object.keys(locals).length > 0
  const names: Names = hasLocals ? { ...globalNames(runbook), ...localNames } : globalNames(runbook)
  const values = { ...scope, ...locals }

  const evaluate = (source: string): Value => {
    const result = evaluateExpression(source, names, values)
    if (!result.ok) throw new Unrendered(result.message)
    return result.value
  }

  const isLater = (parts: readonly Part[]): boolean =>
    later.length > 0 &&
    parts.some((part) => {
      if (part.is === 'text') return false
      const read = mentions(part.source)
      return read.ok && read.mentions.some(({ path }) => later.includes(path[0] as string))
    })

  return (template: Template): unknown => {
    const read = partsOf(template.source)
    if (!read.ok) throw new Unrendered(`${template.source}: ${read.message}`)
    if (isLater(read.parts)) return template
    const whole = wholeExpression(read.parts)
    const value =
      whole !== undefined && !isText(template)
        ? evaluate(whole)
        : read.parts
            .map((part) =>
              part.is === 'text' ? part.text : printed(evaluate(part.source), part.source),
            )
            .join('')
    if (typeof value === 'string' && value.includes('\0')) {
      throw new Unrendered(`${template.source}: the value holds a NUL byte`)
    }
    const checked = template.plain.safeParse(value)
    if (checked.success) return checked.data
    const why = checked.error.issues.map(({ message }) => message).join('; ')
    throw new Unrendered(`${template.source}: ${why}`)
  }
}

function renderNode(node: unknown, render: (template: Template) => unknown): unknown {
  if (node instanceof Template) return render(node)
  if (node === null || typeof node !== 'object') return node
  if (node instanceof Cel || node instanceof BodySource || isBody(node)) return node
  if (Array.isArray(node)) return node.map((item) => renderNode(item, render))
  return Object.fromEntries(
    Object.entries(node).map(([key, item]) => [key, renderNode(item, render)]),
  )
}

/** Bodies are rendered by whoever runs them, with the names they are given then. */
export const isBody = (node: object): node is Body =>
  'kind' in node && 'params' in node && 'place' in node && 'effect' in node

/** Replaces every Template of the tree; Cel and Body objects are left alone. */
export function renderTree<T>(
  tree: T,
  options: RenderOptions,
): { ok: true; value: Rendered<T> } | { ok: false; message: string } {
  try {
    return { ok: true, value: renderNode(tree, createRenderer(options)) as Rendered<T> }
  } catch (error) {
    if (error instanceof Unrendered) return { ok: false, message: error.message }
    throw error
  }
}
