/** Reports of 10,000 timeline rows, against the bare libraries on the same input. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import handlebars from 'handlebars'
import createMarkdownIt from 'markdown-it'
import { buildRecordWorld } from '../../src/cli/build-record-world.ts'
import type { EventDraft } from '../../src/incident/event.ts'
import { foldEvents } from '../../src/incident/fold.ts'
import { findTemplate } from '../../src/postmortem/find-template.ts'
import { toHtml } from '../../src/postmortem/html/to-html.ts'
import { renderTemplate } from '../../src/postmortem/render.ts'
import { pictureOf } from '../../src/postmortem/timeline-svg/picture.ts'
import { buildView } from '../../src/postmortem/view.ts'
import { crowd, modelOf } from '../../test/postmortem/incidents-to-draw.ts'
import { HOTWASH, peakMemoryMb, plainFolder } from '../machine.ts'
import { pair } from '../pair.ts'
import { measured, type Row } from '../row.ts'
import { lintRows } from './postmortem-lint.ts'

const ROWS = 10_000
const ABOUT = `${ROWS.toLocaleString('en')} timeline rows`
const PACKAGE_ROOT = join(import.meta.dirname, '..', '..')
const TEMPLATE = 'google-sre'

/** The same template, compiled and run, without checks, bounds or tidying. */
const bareHandlebars = (view: object): string => {
  const bare = handlebars.create()
  const templates = join(PACKAGE_ROOT, 'templates')
  for (const name of readdirSync(join(templates, 'partials')))
    bare.registerPartial(
      name.replace('.md.hbs', ''),
      readFileSync(join(templates, 'partials', name), 'utf8'),
    )
  const source = readFileSync(join(templates, `${TEMPLATE}.md.hbs`), 'utf8')
  return bare.compile(source, { noEscape: true, preventIndent: true })(view)
}

/**
 * All from the text of the templates, as every command begins, to the bytes that are written: what
 * Handlebars gives is not put together before somebody reads it.
 */
const rendering = async (): Promise<Row[]> => {
  const events = crowd(ROWS)
  const state = foldEvents('bench', events)
  const source = {
    events,
    state,
    readEvidence: () => undefined,
    tool: 'hotwash',
    template: TEMPLATE,
  }
  const view = buildView(source)
  const set = findTemplate({ root: PACKAGE_ROOT, packageRoot: PACKAGE_ROOT }, TEMPLATE)
  const bare = (): Buffer => Buffer.from(bareHandlebars(view))
  const rendered = async (of: object): Promise<Buffer> =>
    Buffer.from((await renderTemplate(set, of)).text)
  const { text } = await renderTemplate(set, view)
  const md = createMarkdownIt()
  const html = (): Promise<string> =>
    toHtml({ markdown: text, title: state.title, picture: pictureOf(modelOf(events)) })
  const floor = 'handlebars alone, the same template and view'
  return [
    measured(`view to Markdown, ${ABOUT}: template, footnotes, tidying`, floor, '<= 2').as(
      await pair(9, () => rendered(view), bare),
    ),
    measured(`events to Markdown, ${ABOUT}: the view as well`, floor, '').as(
      await pair(9, () => rendered(buildView(source)), bare),
    ),
    measured(
      `Markdown to HTML, ${ABOUT}: with the picture from the events`,
      'markdown-it alone, the same text',
      '<= 2',
    ).as(
      await pair(
        7,
        async () => Buffer.from(await html()),
        () => Buffer.from(md.render(text)),
      ),
    ),
  ]
}

/** Whole commands, from the log on the disk. */
const memory = async (): Promise<Row[]> => {
  const folder = plainFolder('ten-thousand-rows')
  const { store } = await buildRecordWorld(folder)
  const journal = store.create({ title: 'Busy' })
  const drafts: EventDraft[] = []
  for (const { actor: _, ...draft } of crowd(ROWS)) drafts.push(draft)
  journal.appendAll(drafts)
  const html = ['export', journal.incident, '--format', 'html', '--template', TEMPLATE]
  return [['draft', journal.incident], ['render', journal.incident], html].map(
    ([command = '', ...args]) =>
      measured(`postmortem ${command}, ${ABOUT}, peak memory`, '', '<= 300 MB').as({
        growth: peakMemoryMb([process.execPath, HOTWASH, 'postmortem', command, ...args], folder),
      }),
  )
}

export const postmortem = async (): Promise<Row[]> => [
  ...(await rendering()),
  ...(await lintRows()),
  ...(await memory()),
]
