/**
 * The templates that can be drafted with, and what each needs: from the log, and from people. One
 * that is broken is listed with its error and does not hide the others.
 */
import { HotwashError } from '../../errors.ts'
import { emptyState } from '../../incident/fold.ts'
import { visibleLine } from '../../incident/visible.ts'
import {
  listTemplates,
  ownPartials,
  type ListedTemplate,
  type TemplateFolders,
} from '../../postmortem/find-template.ts'
import { publicView } from '../../postmortem/public/public-view.ts'
import { fieldsOfTemplate } from '../../postmortem/render.ts'
import { missingField } from '../../postmortem/template-fields.ts'
import { buildView } from '../../postmortem/view.ts'
import { wrapped } from '../wrapped.ts'
import { PUBLIC_TEMPLATE } from './report-text.ts'

export type Template = {
  name: string
  /** The comment at the head of its file. */
  purpose: string | null
  from: 'own' | 'packaged'
  /** Relative to the repository's root, or to the package's. */
  path: string | null
  /** Fields that the log fills. */
  log: string[]
  /** Fields that people fill in the head of the report. */
  people: string[]
  /** What people are asked to write in place, by name. */
  asks: string[]
  error: { code: string; message: string; hint: string | null } | null
}

export type TemplateList = { templates: Template[]; own_partials: string[] }

export const listPostmortemTemplates = async (folders: TemplateFolders): Promise<TemplateList> => ({
  templates: await Promise.all(listTemplates(folders).map(describe)),
  own_partials: ownPartials(folders),
})

const describe = async (listed: ListedTemplate): Promise<Template> => {
  const { name, from } = listed
  const about: Template = {
    name,
    from,
    purpose: null,
    path: null,
    log: [],
    people: [],
    asks: [],
    error: null,
  }
  try {
    const set = listed.load()
    about.path = set.main.path
    about.purpose = purposeOf(set.main.text)
    const needs = await fieldsOfTemplate(set)
    about.asks = needs.asks
    const isOfPeople = name === PUBLIC_TEMPLATE ? isToldOutsiders : isInHead
    about.people = namesOf(needs.fields.filter(isOfPeople))
    about.log = namesOf(needs.fields.filter((field) => !isOfPeople(field)))
    const missing = missingField(needs, emptyView(name))
    if (missing !== undefined) throw missing
  } catch (error) {
    if (!(error instanceof HotwashError)) throw error
    const { code, message, hint = null } = error
    about.error = { code, message, hint }
  }
  return about
}

/** What there is to print before anything happened: every field, and no rows. */
const emptyView = (template: string): object => {
  const nothing = { events: [], state: emptyState('') }
  if (template === PUBLIC_TEMPLATE) return publicView({ ...nothing, head: undefined })
  return buildView({ ...nothing, readEvidence: () => undefined, tool: '', template })
}

const purposeOf = (text: string): string | null => {
  const comment =
    /^\s*\{\{!--([\s\S]*?)--\}\}/.exec(text)?.[1] ?? /^\s*\{\{!([^}]*)\}\}/.exec(text)?.[1]
  const line = visibleLine(comment ?? '')
  return line === '' ? null : line
}

const isInHead = (field: string): boolean =>
  /^people(?:\.|$)/.test(field) || field === 'hypotheses[].people_say'

/** Outsiders are told what people marked for them; of the log only when, how long and how grave. */
const PUBLIC_OF_LOG = /^(?:drill|severity|resolved|moments|durations)\b/
const isToldOutsiders = (field: string): boolean => !PUBLIC_OF_LOG.test(field)

/** `runs[].steps[].took` → `runs.steps`: which table, not which cell. */
const namesOf = (fields: readonly string[]): string[] => {
  const names = fields.map((field) =>
    field
      .replace(/^people\./, '')
      .replace(/\[\]\.(?!.*\[\])[^.]+$/, '')
      .replaceAll('[]', ''),
  )
  return [...new Set(names)].filter((name) => name !== 'people').sort()
}

export const templateLines = ({ templates, own_partials: partials }: TemplateList): string => {
  const under = (text: string): string[] => wrapped(text, { first: '    ', indent: '      ' })
  const lines = templates.flatMap(({ name, purpose, from, path, people, asks, error, log }) => {
    const says = purpose ?? '(no comment at its head says what it is for)'
    const needs =
      error === null
        ? [
            ...under(`from the log: ${log.join(', ')}`),
            ...(people.length === 0 ? [] : under(`from people: ${people.join(', ')}`)),
            ...(asks.length === 0 ? [] : under(`to write in place: ${asks.join(', ')}`)),
          ]
        : [...under(`broken: ${error.message}`), ...(error.hint === null ? [] : under(error.hint))]
    return [
      ...wrapped(says, { first: `${name}: `, indent: '    ' }),
      ...(from === 'own' ? under(`own: ${path ?? `templates/${name}.md.hbs`}`) : []),
      ...needs,
    ]
  })
  const own =
    partials.length === 0 ? [] : [`own partials, used in every template: ${partials.join(', ')}`]
  return [...lines, ...own].join('\n')
}
