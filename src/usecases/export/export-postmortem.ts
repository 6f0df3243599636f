/** The report, or the record behind it, in a form for others: a page, a picture, data. */
import { extname } from 'node:path'
import { HotwashError } from '../../errors.ts'
import type { Journal } from '../../ports/journal.ts'
import { cloudEvents } from '../../postmortem/export-cloud-events.ts'
import { splitHead } from '../../postmortem/front-matter/parse-front-matter.ts'
import { toHtml } from '../../postmortem/html/to-html.ts'
import { readDocument } from '../../markdown/document.ts'
import { fillPlace } from '../../postmortem/to-write.ts'
import { timelineModel } from '../../postmortem/timeline-svg/model.ts'
import { pictureOf, timelineSvg } from '../../postmortem/timeline-svg/picture.ts'
import { sha256 } from '../../runbook/digest.ts'
import { currentReport } from '../report/current-report.ts'
import { exportData } from './export-data.ts'
import { findChromium } from './find-chromium.ts'
import { orGitTrouble } from '../report/report-trouble.ts'
import { pickIncident } from '../pick-incident.ts'
import { printPdf } from './print-pdf.ts'
import { renderReport, type ReportWorld } from '../report/report-text.ts'
import { noReport } from '../report/show-postmortem.ts'
import { isForStdout, writeOutput } from './write-export.ts'

export const FORMATS = ['html', 'pdf', 'svg', 'md', 'json', 'cloudevents'] as const
export type Format = (typeof FORMATS)[number]

/** Endings under which Markdown is kept, too. */
const PLAIN: ReadonlySet<string> = new Set(['markdown', 'txt'])

/** As asked for; else as the ending of the file says; else Markdown. Throws USAGE for an ending of another format. */
export const formatOf = (asked: {
  format?: string | undefined
  output?: string | undefined
}): Format => {
  const named = (asked.format ?? extname(asked.output ?? '').slice(1)).toLowerCase()
  const format = FORMATS.find((one) => one === named)
  if (format !== undefined) return format
  if (named === '' || PLAIN.has(named)) return 'md'
  throw new HotwashError('USAGE', `${asked.output}: no format has the ending .${named}`, {
    hint: `say which is meant, with --format ${FORMATS.join('|')}`,
  })
}

export type ExportRequest = {
  incident: string | undefined
  format: Format
  /** undefined: the present report, with what people wrote. */
  template?: string | undefined
  /** undefined or `-`: the text is handed back. Relative to where hotwash was started. */
  output?: string | undefined
}

export type Exported = {
  incident: string
  format: Format
  template: string | null
  /** Absolute; null: it is in `text`. */
  file: string | null
  bytes: number
  sha256: string
  text: string | undefined
  warnings: string[]
}

/** Text, but for what is bytes. */
type Content = { text: string | Uint8Array; warnings?: readonly string[] }

export const exportPostmortem = async (
  world: ReportWorld,
  request: ExportRequest,
): Promise<Exported> => {
  const { format, template, output } = request
  refuse(request)
  const journal = world.store.open(pickIncident(world.store, request.incident))
  const { text: made, warnings = [] } = await orGitTrouble(() =>
    CONTENT[format](world, journal, template),
  )
  const text = typeof made === 'string' ? world.redactor.mask(made) : undefined
  const bytes = typeof made === 'string' ? Buffer.from(text ?? '') : made
  const file = writeOutput(world, output, bytes)
  return {
    incident: journal.incident,
    format,
    template: template ?? null,
    file,
    bytes: bytes.length,
    sha256: sha256(bytes),
    text: file === null ? text : undefined,
    warnings: [...warnings],
  }
}

const refuse = ({ format, template, output }: ExportRequest): void => {
  if (format === 'pdf' && isForStdout(output))
    throw new HotwashError('USAGE', 'a PDF needs a file', { hint: 'add --output report.pdf' })
  if (template !== undefined && !WITH_TEMPLATE.has(format))
    throw new HotwashError('USAGE', `${format} is made from the record: it has no template`, {
      hint: 'leave --template out, or take --format html',
    })
}

const WITH_TEMPLATE: ReadonlySet<Format> = new Set(['html', 'pdf', 'md'])

type Maker<T = string | Uint8Array> = (
  world: ReportWorld,
  journal: Journal,
  template: string | undefined,
) => Promise<Content & { text: T }>

const markdown: Maker<string> = async (world, journal, template) => {
  const report = await currentReport(world, journal)
  if (template === undefined) {
    if (report === undefined) throw noReport(journal.incident)
    return { text: report.text }
  }
  const rendered = await renderReport(world, journal, {
    template,
    ref: report?.place.ref,
    people: report?.head,
  })
  const text = withoutHead(rendered.text)
  const summary = report === undefined ? undefined : summaryIn(report.text)
  return { ...rendered, text: summary === undefined ? text : fillPlace(text, 'summary', summary) }
}

/** Words that people wrote first under the heading of that name, without their footnotes. */
const summaryIn = (text: string): string | undefined => {
  const { sections } = readDocument(splitHead(text)?.body ?? text)
  const blocks = sections.find(({ title }) => /^summary$/i.test(title.trim()))?.blocks ?? []
  const others = blocks.findIndex(({ type }) => type !== 'paragraph')
  const words = (others === -1 ? blocks : blocks.slice(0, others))
    .flatMap((block) => (block.type === 'paragraph' ? [block.text] : []))
    .join('\n\n')
    .replace(/ ?\[\^[^\]\s]+\]/g, '')
  return words === '' ? undefined : words
}

/** A head is for the report that people fill in: its empty fields would tell readers nothing. */
const withoutHead = (text: string): string => (splitHead(text)?.body ?? text).trimStart()

const modelOf = (journal: Journal) => timelineModel(journal.state(), journal.events())

/** Outsiders get no picture: its lanes are people, its words are theirs. */
const PUBLIC = 'public'

const page =
  (onPaper: boolean): Maker<string> =>
  async (world, journal, template) => {
    const { text, warnings } = await markdown(world, journal, template)
    const picture = template === PUBLIC ? undefined : pictureOf(modelOf(journal))
    const { title } = journal.state()
    const made = await toHtml({ markdown: text, title, picture, onPaper })
    return { text: made, ...(warnings && { warnings }) }
  }

const pdf: Maker = async (world, journal, template) => {
  // Said before anything is rendered.
  const chromium = findChromium(world)
  const { text, warnings } = await page(true)(world, journal, template)
  const html = world.redactor.mask(text)
  return {
    text: await printPdf(world.process, { chromium, html }),
    ...(warnings && { warnings }),
  }
}

const svg: Maker = async (_world, journal) => ({ text: timelineSvg(modelOf(journal)) })

const json: Maker = async (world, journal) => {
  const report = await currentReport(world, journal)
  return { text: `${JSON.stringify(exportData(world, journal, report), null, 2)}\n` }
}

const events: Maker = async (_world, journal) => ({
  text: `${JSON.stringify(cloudEvents(journal.events()), null, 2)}\n`,
})

const CONTENT: Record<Format, Maker> = {
  html: page(false),
  pdf,
  svg,
  md: markdown,
  json,
  cloudevents: events,
}
