/** A template with all partials that it reaches, each checked once. */
import type Handlebars from 'handlebars'
import { checkTemplate, type CheckedTemplate } from './check-template.ts'
import { templateError, type TemplateSource } from './template-error.ts'

/** Where templates come from; `partial` gives undefined for a name that is not there. */
export type TemplateSet = {
  main: TemplateSource
  partial: (name: string) => TemplateSource | undefined
}

export type LoadedTemplate = {
  main: CheckedTemplate
  /** By name, those that are included before those that include them. */
  partials: Map<string, CheckedTemplate>
}

const MAX_PARTIALS = 50

export const loadTemplate = (hb: typeof Handlebars, set: TemplateSet): LoadedTemplate => {
  const main = checkTemplate(hb, set.main)
  return { main, partials: collectPartials(hb, set, main) }
}

/** All partials that are reached, each once; a circle would never end and is refused. */
const collectPartials = (
  hb: typeof Handlebars,
  set: TemplateSet,
  main: CheckedTemplate,
): Map<string, CheckedTemplate> => {
  const found = new Map<string, CheckedTemplate>()
  const visit = (template: CheckedTemplate, chain: readonly string[]): void => {
    for (const { name, ...at } of template.partials) {
      const fail = (message: string, hint?: string): never => {
        throw templateError(template.source, at, { message, hint })
      }
      if (chain.includes(name))
        fail(`partials include each other without end: ${[...chain, name].join(' → ')}`)
      if (found.has(name)) continue
      if (found.size >= MAX_PARTIALS) fail(`more than ${MAX_PARTIALS} partials`)
      const source = set.partial(name)
      if (source === undefined) {
        fail(`there is no partial "${name}"`, `it would be templates/partials/${name}.md.hbs`)
        continue
      }
      const checked = checkTemplate(hb, source)
      visit(checked, [...chain, name])
      found.set(name, checked)
    }
  }
  visit(main, [])
  return found
}
