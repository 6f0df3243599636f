/**
 * `hotwash postmortem import`: a report that was written elsewhere becomes an incident of the past
 * with a draft to go on from. Everything is read and judged first; nothing is recorded of a file
 * that lacks something a person has to say.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { HotwashError } from '../../errors.ts'
import { readReport } from '../../import/read-report.ts'
import { type Lines, splitIncidents } from '../../import/split.ts'
import { sha256 } from '../../runbook/digest.ts'
import { checkTitle } from '../incident/declare-incident.ts'
import { checkDay, checkZone } from '../day-and-zone.ts'
import { readSource } from './import-source.ts'
import { recordImport, type Planned } from './record-import.ts'
import { eachOrRefused, together, unsaidIn } from './refusals.ts'
import type { ReportWorld } from '../report/report-text.ts'

export type ImportRequest = {
  files: readonly string[]
  zone: string | undefined
  day: string | undefined
  title: string | undefined
  severity: string | undefined
  split: boolean
  dryRun: boolean
}

export type Imported = Planned & {
  incident: string | undefined
  path: string | undefined
  branch: string | null
  warnings: string[]
}

export type ImportResult = {
  incidents: Imported[]
  /** Lines of files that belong to none of their incidents. */
  left: { file: string; lines: Lines }[]
  warnings: string[]
  /** Of a dry run: why the real one would refuse. */
  refused: HotwashError | undefined
}

const NOT_KNOWN = 'not known'

export const importPostmortems = async (
  world: ReportWorld,
  request: ImportRequest,
): Promise<ImportResult> => {
  if (request.zone !== undefined) checkZone(request.zone)
  if (request.day !== undefined) checkDay(request.day)
  const read = eachOrRefused(request.files, (file) => sourcesOf(world, file, request))
  const sources = read.done.flat()
  if (sources.length > 1 && request.title !== undefined)
    throw new HotwashError('USAGE', '--title is for one incident, and there are several', {
      hint: 'import them one by one, or change titles later: hotwash update INCIDENT --title TITLE',
    })
  const planned = sources.map((source) => planOf(world, source, request))
  const fresh = planned.filter(({ already }) => already === undefined)
  const refused = together([...read.refused, ...fresh.flatMap(unsaidIn)])
  if (refused !== undefined && !request.dryRun) throw refused
  const incidents: Imported[] = []
  for (const plan of planned) incidents.push(await carriedOut(world, plan, request))
  return {
    incidents,
    left: sources.flatMap(({ file, between }) => between.map((lines) => ({ file, lines }))),
    warnings: sources.flatMap(({ warnings }) => warnings),
    refused,
  }
}

type Source = {
  file: string
  text: string
  lines: Lines
  between: Lines[]
  warnings: string[]
}

const sourcesOf = (world: ReportWorld, name: string, request: ImportRequest): Source[] => {
  const { file, text, secrets } = readSource(world, name)
  const whole = text.split('\n').length
  const { parts, between } = splitIncidents(text)
  const one: Source = { file, text, lines: { from: 1, to: whole }, between: [], warnings: secrets }
  if (!request.split || parts.length === 0) {
    const hint = `${file} seems to hold ${parts.length} incidents: --split makes one of each`
    return [
      { ...one, warnings: [...secrets, ...(parts.length > 1 && !request.split ? [hint] : [])] },
    ]
  }
  return parts.map((part, index) => ({
    file,
    text: part.text,
    lines: { from: part.firstLine, to: part.endLine },
    between: index === 0 ? between : [],
    warnings: index === 0 ? secrets : [],
  }))
}

const planOf = (
  world: ReportWorld,
  { file, text, lines }: Source,
  request: ImportRequest,
): Planned => {
  const { day, zone } = request
  const read = readReport({ text, file, firstLine: lines.from, day, zone })
  return {
    file,
    lines,
    source: text,
    read,
    title: checkTitle(request.title ?? read.title),
    severity: severityOf(world, request.severity ?? read.severity),
    already: importedAs(world, sha256(text)),
  }
}

/** As hotwash.yaml spells it; what it does not know stays as the report says it. */
const severityOf = ({ config }: ReportWorld, said: string | undefined): string => {
  if (said === undefined) return NOT_KNOWN
  const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return config.severities.find((name) => bare(name) === bare(said)) ?? said.slice(0, 40)
}

/** Evidence is named by its digest: no log has to be read to know. */
const importedAs = ({ store }: ReportWorld, digest: string): string | undefined => {
  for (const [id, { dir }] of store.places()) {
    if (!existsSync(join(dir, 'evidence', digest))) continue
    const isIt = store
      .open(id)
      .events()
      .some(
        (event) =>
          event.type === 'postmortem.imported' &&
          event.data.evidence.some(({ sha256: kept }) => kept === digest),
      )
    if (isIt) return id
  }
  return undefined
}

const carriedOut = async (
  world: ReportWorld,
  plan: Planned,
  { dryRun }: ImportRequest,
): Promise<Imported> => {
  // Two parts of one call can be equal, too.
  const already = plan.already ?? (dryRun ? undefined : importedAs(world, sha256(plan.source)))
  if (dryRun || already !== undefined)
    return { ...plan, already, incident: already, path: undefined, branch: null, warnings: [] }
  return { ...plan, ...(await recordImport(world, plan)) }
}
