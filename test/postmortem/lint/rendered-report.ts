/** Reports as hotwash renders them, with their log, for lint: nobody has written in them, or all is written. */
import { stringify } from 'yaml'
import type { IncidentEvent } from '../../../src/incident/event.ts'
import { foldEvents } from '../../../src/incident/fold.ts'
import { findTemplate } from '../../../src/postmortem/find-template.ts'
import type { FrontMatter } from '../../../src/postmortem/front-matter/schema.ts'
import type { LintRecord } from '../../../src/postmortem/lint/rule.ts'
import { renderTemplate } from '../../../src/postmortem/render.ts'
import { buildView } from '../../../src/postmortem/view.ts'
import { readEvidence, readRunbook } from '../records.ts'

type Report = { template: string; events: readonly IncidentEvent[]; people?: FrontMatter }

export const recordOf = (events: readonly IncidentEvent[]): LintRecord => ({
  events,
  state: foldEvents(events[0]?.incident ?? '', events),
})

export const rendered = async ({ template, events, people }: Report): Promise<string> => {
  const view = buildView({
    ...recordOf(events),
    people,
    commitOf: () => undefined,
    readEvidence,
    readRunbook,
    rehearsalsOf: () => [],
    tool: 'hotwash 0.1.0',
    template,
  })
  const set = findTemplate({ root: '.', packageRoot: '.' }, template)
  return (await renderTemplate(set, view)).text
}

/** As a person does it: their fields into the head, a sentence in place of each mark. */
export const filledIn = (report: string, people: Partial<FrontMatter>): string => {
  const fields = Object.entries(people).filter(([key]) => key !== 'hotwash')
  const withHead = fields.reduce(
    (text, [key, value]) =>
      text.replace(new RegExp(`^${key}: null.*$`, 'm'), stringify({ [key]: value }).trimEnd()),
    report,
  )
  return withHead.replace(
    /^> \*\*To write:\*\* .*\n<!-- to-write: ([a-z_]+) -->$/gm,
    'It is written here.',
  )
}
