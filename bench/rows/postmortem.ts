/** Reports of 10,000 timeline rows, against the bare libraries on the same input. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import handlebars from 'handlebars'
import createMarkdownIt from 'markdown-it'
import { buildRecordWorld } from '../../src/cli/build-record-world.ts'
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
const PACKAGE_ROOT = join(import.meta.dirname, '..', '..')
const TEMPLATE = 'google-sre'

/** The same template, without checks, bounds, citations of missing fields or tidying. */
const bareHandlebars = (): ((view: object) => string) => {
  const bare = handlebars.create()
  const templates = join(PACKAGE_ROOT, 'templates')
  for (const name of readdirSync(join(templates, 'partials')))
    bare.registerPartial(
      name.replace('.md.hbs', ''),
      readFileSync(join(templates, 'partials', name), 'utf8'),
    )
  const source = readFileSync(join(templates, `${TEMPLATE}.md.hbs`), 'utf8')
  return (view) => bare.compile(source, { noEscape: true, preventIndent: true })(view)
}

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
  const bare = bareHandlebars()
  const { text } = await renderTemplate(set, view)
  const md = createMarkdownIt()
  const html = (): Promise<string> =>
    toHtml({ markdown: text, title: state.title, picture: pictureOf(modelOf(events)) })
  const about = `${ROWS.toLocaleString('en')} timeline rows`
  return [
    measured(`${about} to Markdown`, 'handlebars, the same view', '<= 2').as(
      await pair(
        7,
        () => renderTemplate(set, view),
        // Both from the text of the templates, as every command begins.
        () => bareHandlebars()(view),
      ),
    ),
    measured(`${about}: events to view`, 'handlebars, that view', '').as(
      await pair(
        7,
        () => buildView(source),
        () => bare(view),
      ),
    ),
    measured(`${about} to HTML, with the picture`, 'markdown-it, the same text', '<= 2').as(
      await pair(7, html, () => md.render(text)),
    ),
  ]
}

/** The whole command, from the log on the disk. */
const memory = async (): Promise<Row> => {
  const folder = plainFolder('ten-thousand-to-html')
  const { store } = await buildRecordWorld(folder)
  const journal = store.create({ title: 'Busy' })
  for (const { actor: _, ...draft } of crowd(ROWS)) journal.append(draft)
  const command = ['postmortem', 'export', journal.incident, '--format', 'html'] as const
  const argv = [process.execPath, HOTWASH, ...command, '--template', TEMPLATE] as const
  return measured(
    `${ROWS.toLocaleString('en')} timeline rows to HTML, peak memory`,
    '',
    '<= 300 MB',
  ).as({ growth: peakMemoryMb(argv, folder) })
}

export const postmortem = async (): Promise<Row[]> => [
  ...(await rendering()),
  ...(await lintRows()),
  await memory(),
]
