/**
 * A template and a view model make a report. Templates compute nothing: strict lookups, own
 * properties only, no helpers. Values are escaped where the view is built, so that Handlebars'
 * own escaping (for HTML) is off. Every loop and every output is bounded.
 */
import type Handlebars from 'handlebars'
import { HotwashError } from '../errors.ts'
import { closest } from '../runbook/did-you-mean.ts'
import type { CheckedTemplate } from './check-template.ts'
import { withoutUnusedFootnotes } from './footnotes.ts'
import { loadTemplate, type TemplateSet } from './load-template.ts'
import { templateError, type TemplateSource } from './template-error.ts'
import { templateFields, type TemplateFields } from './template-fields.ts'
import { markdownLines } from './markdown-lines.ts'
import { tidy } from './tidy.ts'

export type Rendered = { text: string; warnings: string[] }

const MAX_ITERATIONS = 1_000_000
const MAX_OUTPUT_CHARACTERS = 64_000_000

export const renderTemplate = async (
  set: TemplateSet,
  view: object,
  /** Marks of which people cite the events, so that their footnotes stay. */
  alsoCited?: ReadonlySet<string>,
): Promise<Rendered> => {
  const { default: handlebars } = await import('handlebars')
  const hb = handlebars.create()
  registerEach(hb)
  const { main, partials } = loadTemplate(hb, set)
  const fields = fieldsOf(view)
  const options = {
    allowProtoMethodsByDefault: false,
    allowProtoPropertiesByDefault: false,
    partials: Object.fromEntries(
      [...partials].map(([name, partial]) => [name, compile(hb, partial, fields)]),
    ),
  }
  const text = compile(hb, main, fields)(view, options)
  const warnings = [main, ...partials.values()].flatMap((template) => template.warnings)
  const lines = markdownLines(text)
  return { text: tidy(withoutUnusedFootnotes(lines, alsoCited)), warnings }
}

/** What a template needs of the view; throws what rendering it would throw for its text. */
export const fieldsOfTemplate = async (set: TemplateSet): Promise<TemplateFields> => {
  const { default: handlebars } = await import('handlebars')
  return templateFields(loadTemplate(handlebars.create(), set))
}

type Template = Handlebars.TemplateDelegate

const compile = (
  hb: typeof Handlebars,
  { source, ast }: CheckedTemplate,
  fields: readonly string[],
): Template => {
  const run = hb.compile(ast, {
    strict: true,
    noEscape: true,
    knownHelpersOnly: true,
    preventIndent: true,
  })
  return (context, options) => {
    try {
      return run(context, options)
    } catch (thrown) {
      throw explained(source, thrown as Failure, fields)
    }
  }
}

type Failure = { message: string; lineNumber?: number; column?: number }

const explained = (source: TemplateSource, error: Failure, fields: readonly string[]): Error => {
  if (error instanceof HotwashError) return error
  const at = { line: error.lineNumber ?? 1, column: (error.column ?? 0) + 1 }
  const missing = /^"([^"]+)" not defined in/.exec(error.message)?.[1]
  if (missing === undefined) return templateError(source, at, { message: error.message })
  const near = closest(missing, fields)
  return templateError(source, at, {
    message: `there is no field "${missing}" here`,
    hint:
      near === undefined
        ? 'hotwash postmortem templates shows the fields of each template'
        : `did you mean "${near}"?`,
  })
}

/** Names of all fields in the view, for "did you mean". */
const fieldsOf = (view: unknown, found = new Set<string>()): string[] => {
  if (Array.isArray(view)) fieldsOf(view[0], found)
  else if (typeof view === 'object' && view !== null)
    for (const [name, value] of Object.entries(view)) {
      found.add(name)
      fieldsOf(value, found)
    }
  return [...found]
}

/** Handlebars' own `each` has no bound: two nested loops over a long timeline would fill the memory. */
const registerEach = (hb: typeof Handlebars): void => {
  let iterations = 0
  let characters = 0
  hb.registerHelper('each', function each(this: unknown, items: unknown, options): string {
    const { fn, inverse, data } = options as Handlebars.HelperOptions
    if (!Array.isArray(items) || items.length === 0) return inverse(this)
    const parts: string[] = []
    // One frame for all rows, as Handlebars' own does: a frame for each takes longer than the row.
    const frame = hb.createFrame(data) as Record<string, unknown>
    for (let index = 0; index < items.length; index += 1) {
      const item: unknown = items[index]
      iterations += 1
      if (iterations > MAX_ITERATIONS)
        throw new Error(`{{#each}} ran more than ${MAX_ITERATIONS} times`)
      frame['index'] = index
      frame['first'] = index === 0
      frame['last'] = index === items.length - 1
      const part = fn(item, { data: frame, blockParams: [item, index] })
      characters += part.length
      if (characters > MAX_OUTPUT_CHARACTERS)
        throw new Error(`the report grew beyond ${MAX_OUTPUT_CHARACTERS} characters`)
      parts.push(part)
    }
    return parts.join('')
  })
}
