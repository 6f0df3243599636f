/** The report, or the record behind it, in a form for others: a page, a picture, data. */
import { dirname, resolve } from 'node:path'
import { HotwashError } from '../errors.ts'
import type { Journal } from '../ports/journal.ts'
import { toHtml } from '../postmortem/html/to-html.ts'
import { timelineModel } from '../postmortem/timeline-svg/model.ts'
import { pictureOf, timelineSvg } from '../postmortem/timeline-svg/picture.ts'
import { makeFolder, onDisk, writeDurably } from '../record/disk.ts'
import { sha256 } from '../runbook/digest.ts'
import { currentReport } from './current-report.ts'
import { orGitTrouble } from './report-trouble.ts'
import { pickIncident } from './pick-incident.ts'
import { renderReport, type ReportWorld } from './report-text.ts'
import { noReport } from './show-postmortem.ts'

export const FORMATS = ['html', 'svg', 'md'] as const
export type Format = (typeof FORMATS)[number]

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

type Content = { text: string; warnings?: readonly string[] }

export const exportPostmortem = async (
  world: ReportWorld,
  request: ExportRequest,
): Promise<Exported> => {
  const { format, template, output } = request
  const journal = world.store.open(pickIncident(world.store, request.incident))
  const { text: plain, warnings = [] } = await orGitTrouble(() =>
    CONTENT[format](world, journal, template),
  )
  const text = world.redactor.mask(plain)
  const bytes = Buffer.from(text)
  const file = output === undefined || output === '-' ? null : resolve(world.cwd, output)
  if (file !== null)
    onDisk(file, () => {
      makeFolder(dirname(file))
      writeDurably(file, bytes)
    })
  return {
    incident: journal.incident,
    format,
    template: template ?? null,
    file,
    bytes: bytes.length,
    sha256: sha256(text),
    text: file === null ? text : undefined,
    warnings: [...warnings],
  }
}

type Maker = (
  world: ReportWorld,
  journal: Journal,
  template: string | undefined,
) => Promise<Content>

const markdown: Maker = async (world, journal, template) => {
  const report = await currentReport(world, journal)
  if (template === undefined) {
    if (report === undefined) throw noReport(journal.incident)
    return { text: report.text }
  }
  return renderReport(world, journal, { template, ref: report?.place.ref, people: report?.head })
}

const modelOf = (journal: Journal) => timelineModel(journal.state(), journal.events())

/** Outsiders get no picture: its lanes are people, its words are theirs. */
const PUBLIC = 'public'

const html: Maker = async (world, journal, template) => {
  const { text, warnings } = await markdown(world, journal, template)
  const picture = template === PUBLIC ? undefined : pictureOf(modelOf(journal))
  const { title } = journal.state()
  return { text: await toHtml({ markdown: text, title, picture }), ...(warnings && { warnings }) }
}

const svg: Maker = async (_world, journal, template) => {
  if (template !== undefined)
    throw new HotwashError('USAGE', 'a picture is made from the record: it has no template', {
      hint: 'leave --template out, or take --format html',
    })
  return { text: timelineSvg(modelOf(journal)) }
}

const CONTENT: Record<Format, Maker> = { html, svg, md: markdown }
