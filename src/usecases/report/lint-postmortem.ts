/** Lints reports: of incidents, with their logs at hand, and any Markdown files. */
import { readFile, stat } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { HotwashError } from '../../errors.ts'
import { asSeen } from '../../incident/as-seen.ts'
import type { Journal } from '../../ports/journal.ts'
import type { Finding } from '../../postmortem/lint/finding.ts'
import { lintReport } from '../../postmortem/lint/lint-report.ts'
import type { LintRecord } from '../../postmortem/lint/rule.ts'
import { runLockHolder } from '../../record/lock.ts'
import { counted } from '../../incident/counted.ts'
import { currentReport } from './current-report.ts'
import { pickIncident } from '../pick-incident.ts'
import type { RecordWorld } from '../record-world.ts'
import { noReport } from './show-postmortem.ts'

const MAX_BYTES = 4_000_000

export type LintedReports = {
  findings: Finding[]
  /** What was read: file as named in the findings -> its text. */
  texts: Map<string, string>
  errors: number
  warnings: number
}

/** Each name is a Markdown file or an incident; none: the open incident. */
export const lintPostmortems = async (
  world: RecordWorld,
  names: readonly string[],
): Promise<LintedReports> => {
  const texts = new Map<string, string>()
  const findings: Finding[] = []
  for (const name of names.length === 0 ? [undefined] : names) {
    const { text, file, record } =
      name !== undefined && (await isFile(world, name))
        ? await fromFile(world, name)
        : await fromIncident(world, name)
    if (texts.has(file)) continue
    texts.set(file, text)
    const now = new Date(world.clock.now()).toISOString()
    findings.push(...lintReport({ text, file, record, now, rules: world.config.lint.rules }))
  }
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.filter(({ severity }) => severity === 'warning').length
  return { findings, texts, errors, warnings }
}

type Source = { text: string; file: string; record: LintRecord | undefined }

const isFile = async (world: RecordWorld, name: string): Promise<boolean> =>
  /\.(?:md|markdown|erb|txt)$/i.test(name) ||
  (!world.store.list().includes(name) && (await sizeOf(resolve(world.cwd, name))) !== undefined)

const sizeOf = async (path: string): Promise<number | undefined> => {
  try {
    const found = await stat(path)
    return found.isFile() ? found.size : undefined
  } catch {
    return undefined
  }
}

const fromFile = async (world: RecordWorld, name: string): Promise<Source> => {
  const path = resolve(world.cwd, name)
  const size = await sizeOf(path)
  if (size === undefined)
    throw new HotwashError('USAGE', `there is no file ${name}`, {
      hint: 'name a Markdown file, or an incident: hotwash list',
    })
  if (size > MAX_BYTES)
    throw new HotwashError('USAGE', `${name} has ${size} bytes; at most ${MAX_BYTES} are read`)
  const text = await readFile(path, 'utf8')
  // The report of a record lies beside its log.
  const incident = /(?:^|\/)incidents\/\d{4}\/([^/]+)\/postmortem\.md$/.exec(path)?.[1]
  const known = incident !== undefined && world.store.list().includes(incident)
  const record = known ? recordOf(world, world.store.open(incident)) : undefined
  return { text, file: relative(world.cwd, path) || name, record }
}

const fromIncident = async (world: RecordWorld, name: string | undefined): Promise<Source> => {
  const journal = world.store.open(pickIncident(world.store, name))
  const report = await currentReport(world, journal)
  if (report === undefined) throw noReport(journal.incident)
  return { text: report.text, file: report.place.path, record: recordOf(world, journal) }
}

const recordOf = (world: RecordWorld, journal: Journal): LintRecord => {
  const runIsAlive = runLockHolder(journal.dir, world.process) !== undefined
  return { events: journal.events(), state: asSeen(journal.state(), runIsAlive) }
}

export const lintSummary = ({ texts, errors, warnings }: LintedReports): string =>
  `${counted(texts.size, 'report')} read: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}`
